package adapter;

import com.google.common.base.Throwables;
import com.google.gson.JsonObject;
import java.util.Objects;
import org.opendaylight.protocol.bgp.parser.BGPDocumentedException;
import org.opendaylight.protocol.bgp.parser.BGPParsingException;
import org.opendaylight.protocol.bgp.parser.spi.RevisedErrorHandling;
import org.opendaylight.protocol.bmp.spi.parser.BmpDeserializationException;

/** What was thrown, as an answer. */
final class Failure {
    private static final String LIBRARY = "org.opendaylight.protocol.";
    /** Throws for every parser of attributes, and says nothing of which. */
    private static final String REPORTER = RevisedErrorHandling.class.getName();

    private Failure() {
    }

    static JsonObject unsupported(final String reason) {
        final JsonObject answer = Main.answer("unsupported");
        answer.addProperty("reason", reason);
        return answer;
    }

    static JsonObject of(final Throwable thrown) {
        if (thrown instanceof Untellable) {
            return unsupported(thrown.getMessage());
        }
        final JsonObject answer = Main.answer(isRefusal(thrown) ? "reject" : "panic");
        answer.addProperty("error", name(thrown));
        answer.addProperty("reason", String.valueOf(thrown));
        return answer;
    }

    /** Whether the library says no: by its own exceptions, or by a check of what it was given that it wrote itself. */
    private static boolean isRefusal(final Throwable thrown) {
        return thrown instanceof BmpDeserializationException || thrown instanceof BGPDocumentedException
            || thrown instanceof BGPParsingException || thrown instanceof IllegalArgumentException
            || thrown instanceof NullPointerException && isThrownBy(thrown, Objects.class);
    }

    private static boolean isThrownBy(final Throwable thrown, final Class<?> thrower) {
        final StackTraceElement[] frames = thrown.getStackTrace();
        return frames.length > 0 && frames[0].getClassName().equals(thrower.getName());
    }

    /** Names an error by the class of its root and by the method of the library that it left first. */
    private static String name(final Throwable thrown) {
        final Throwable root = Throwables.getRootCause(thrown);
        for (final StackTraceElement frame : root.getStackTrace()) {
            if (frame.getClassName().startsWith(LIBRARY) && !frame.getClassName().startsWith(REPORTER)) {
                final String place = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
                return root.getClass().getSimpleName() + " in " + place + "." + frame.getMethodName();
            }
        }
        return root.getClass().getSimpleName();
    }
}
