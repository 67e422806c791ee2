package adapter;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import org.opendaylight.protocol.bgp.parser.BGPDocumentedException;
import org.opendaylight.protocol.bgp.parser.BGPParsingException;
import org.opendaylight.protocol.bgp.parser.spi.BGPExtensionConsumerContext;
import org.opendaylight.protocol.bgp.parser.spi.BGPExtensionProviderActivator;
import org.opendaylight.protocol.bgp.parser.spi.MessageUtil;
import org.opendaylight.protocol.bgp.parser.spi.pojo.DefaultBGPExtensionConsumerContext;
import org.opendaylight.protocol.bmp.parser.BmpActivator;
import org.opendaylight.protocol.bmp.spi.registry.BmpMessageRegistry;
import org.opendaylight.protocol.bmp.spi.registry.DefaultBmpExtensionConsumerContext;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.UpdateMessage;
import org.opendaylight.yangtools.yang.binding.Notification;

/**
 * The library with every extension that is on the class path.
 *
 * <p>It remembers: an attribute that it does not know stays in its registry for good, is given out with every UPDATE
 * that follows, and makes all of them fail once it came twice. So each connection has a library of its own, and one that
 * has something to remember is not asked about another frame.
 */
final class Library {
    /** An UPDATE that has an ORIGIN and nothing else. */
    private static final byte[] PROBE =
        HexFormat.of().parseHex("ff".repeat(MessageUtil.MARKER_LENGTH) + "001b" + "02" + "0000" + "0004" + "40010100");
    private static final List<BGPExtensionProviderActivator> EXTENSIONS =
        ServiceLoader.load(BGPExtensionProviderActivator.class).stream().map(ServiceLoader.Provider::get).toList();

    private final BGPExtensionConsumerContext bgp = new DefaultBGPExtensionConsumerContext(EXTENSIONS);
    private final BmpMessageRegistry messages =
        new DefaultBmpExtensionConsumerContext(List.of(new BmpActivator(bgp))).getBmpMessageRegistry();
    private final Shown shown = new Shown(bgp.getAddressFamilyRegistry(), bgp.getSubsequentAddressFamilyRegistry());
    private final Asked asked = new Asked(bgp);

    /** The version that the jar's file name says: its manifest has none in the form that Package reads. */
    static String version() {
        final String jar = BmpActivator.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        return jar.substring(jar.lastIndexOf('-') + 1, jar.lastIndexOf(".jar"));
    }

    /** Whether an attribute that was read before comes out again with a clean UPDATE, or fails it. */
    boolean isSpent() {
        try {
            final var held = (UpdateMessage) bgp.getMessageRegistry().parseMessage(Unpooled.wrappedBuffer(PROBE), null);
            return !held.getAttributes().nonnullUnrecognizedAttributes().isEmpty();
        } catch (final BGPDocumentedException | BGPParsingException | IllegalArgumentException failed) {
            return true;
        }
    }

    /** Reads one frame. The library takes a buffer of exactly one message, and logs and drops a type it has not. */
    JsonObject decode(final byte[] frame) throws Exception {
        final Notification<?> message = messages.parseMessage(Unpooled.wrappedBuffer(frame));
        if (message == null) {
            return Failure.unsupported("no parser is registered for this message type");
        }
        final JsonObject answer = Main.answer("ok");
        answer.addProperty("consumed", frame.length);
        answer.add("message", shown.message(message));
        return answer;
    }

    byte[] encode(final JsonObject message) throws Untellable {
        final ByteBuf written = Unpooled.buffer();
        messages.serializeMessage(asked.message(message), written);
        return ByteBufUtil.getBytes(written);
    }
}
