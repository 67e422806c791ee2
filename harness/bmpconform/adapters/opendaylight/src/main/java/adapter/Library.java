package adapter;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.ServiceLoader;
import org.opendaylight.protocol.bgp.parser.spi.BGPExtensionConsumerContext;
import org.opendaylight.protocol.bgp.parser.spi.BGPExtensionProviderActivator;
import org.opendaylight.protocol.bgp.parser.spi.pojo.DefaultBGPExtensionConsumerContext;
import org.opendaylight.protocol.bmp.parser.BmpActivator;
import org.opendaylight.protocol.bmp.spi.registry.BmpMessageRegistry;
import org.opendaylight.protocol.bmp.spi.registry.DefaultBmpExtensionConsumerContext;
import org.opendaylight.yangtools.yang.binding.Notification;

/**
 * The library with every extension that is on the class path.
 *
 * <p>It remembers: an attribute that it does not know stays in its registry for good, is given out with every UPDATE
 * that follows, and makes all of them fail once it came twice. So each connection has a library of its own, and so has
 * each UPDATE that is asked about alone.
 */
final class Library {
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

    byte[] encode(final JsonObject message) throws Exception {
        final ByteBuf written = Unpooled.buffer();
        messages.serializeMessage(asked.message(message), written);
        return ByteBufUtil.getBytes(written);
    }
}
