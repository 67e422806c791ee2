package adapter;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.opendaylight.protocol.bmp.spi.parser.BmpMessageConstants;

/** The octets of a connection that are not read yet. The library frames nothing: that is done here, by the header. */
final class Connection {
    private static final int LENGTH_OFFSET = 1;

    private Library library;
    private byte[] waiting;
    private int offset;
    private boolean closed;

    Connection() {
        reset();
    }

    void reset() {
        library = new Library();
        waiting = new byte[0];
        offset = 0;
        closed = false;
    }

    /** The end of input changes nothing: what is cut waits. */
    JsonObject take(final byte[] octets, final boolean more) {
        final int before = waiting.length;
        waiting = Arrays.copyOf(waiting, before + octets.length);
        System.arraycopy(octets, 0, waiting, before, octets.length);
        final JsonArray items = new JsonArray();
        for (int length = frameLength(); !closed && length > 0; length = frameLength()) {
            items.add(item(length));
        }
        final JsonObject answer = Main.answer("ok");
        answer.add("items", items);
        answer.addProperty("left", waiting.length);
        answer.addProperty("closed", closed);
        return answer;
    }

    /** Returns how many octets to hand over; 0 where more are needed, all where no length can be believed. */
    private int frameLength() {
        if (waiting.length < BmpMessageConstants.COMMON_HEADER_LENGTH) {
            return 0;
        }
        final long length = Integer.toUnsignedLong(ByteBuffer.wrap(waiting).getInt(LENGTH_OFFSET));
        if (waiting[0] != BmpMessageConstants.BMP_VERSION || length < BmpMessageConstants.COMMON_HEADER_LENGTH) {
            return waiting.length;
        }
        return length <= waiting.length ? (int) length : 0;
    }

    private JsonObject item(final int length) {
        final byte[] frame = Arrays.copyOf(waiting, length);
        final long told = Integer.toUnsignedLong(ByteBuffer.wrap(frame).getInt(LENGTH_OFFSET));
        JsonObject item;
        try {
            item = library.decode(frame);
        } catch (final Throwable thrown) {
            item = Failure.of(thrown);
        }
        if (item.get("status").getAsString().equals("unsupported")) {
            item.addProperty("status", "skipped");
        }
        item.addProperty("offset", offset);
        if (frame[0] != BmpMessageConstants.BMP_VERSION || told != length) {
            closed = true;
        } else {
            waiting = Arrays.copyOfRange(waiting, length, waiting.length);
            offset += length;
        }
        return item;
    }
}
