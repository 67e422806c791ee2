package adapter;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import org.opendaylight.protocol.bgp.parser.BGPDocumentedException;
import org.opendaylight.protocol.bgp.parser.BGPParsingException;
import org.opendaylight.protocol.bgp.parser.spi.BGPExtensionConsumerContext;
import org.opendaylight.protocol.bgp.parser.spi.MessageUtil;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.NotifyBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.NotifyMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.OpenMessage;
import org.opendaylight.yangtools.yang.binding.Notification;
import org.opendaylight.yangtools.yang.common.Uint8;

/**
 * A PDU of an encode request as an object of the library.
 *
 * <p>OPEN and UPDATE are parsed by the library: its objects have a class for each capability and attribute, and its
 * parser is the one door to them from octets. What does not come through it cannot be said to the serializer.
 */
final class AskedPdu {
    private static final int CODE = MessageUtil.COMMON_HEADER_LENGTH;
    private static final int SUBCODE = CODE + 1;
    private static final int DATA = CODE + 2;
    /** Of the length of all parameters, behind version, AS, hold time and identifier. */
    private static final int LENGTH = MessageUtil.COMMON_HEADER_LENGTH + 9;
    private static final int EXTENDED = 255;

    private final BGPExtensionConsumerContext bgp;

    AskedPdu(final BGPExtensionConsumerContext bgp) {
        this.bgp = bgp;
    }

    <T> T of(final JsonObject asked, final String key, final Class<T> wanted) throws Untellable {
        final Notification<?> held = of(octets(asked, key));
        if (!wanted.isInstance(held)) {
            throw new Untellable(key + " is no " + wanted.getSimpleName());
        }
        return wanted.cast(held);
    }

    Notification<?> of(final byte[] octets) throws Untellable {
        final Notification<?> held = parsed(octets);
        if (held instanceof OpenMessage && isCutShort(held, octets)) {
            throw new Untellable("the objects of the library have no place for all that the capabilities say");
        }
        return held;
    }

    /** A NOTIFICATION is made of its parts: its parser refuses codes that its object and its serializer take. */
    NotifyMessage notification(final JsonObject asked, final String key) throws Untellable {
        final byte[] octets = octets(asked, key);
        if (octets.length < DATA) {
            throw new Untellable("a NOTIFICATION has a code and a subcode");
        }
        final NotifyMessage made = new NotifyBuilder()
            .setErrorCode(Uint8.fromByteBits(octets[CODE]))
            .setErrorSubcode(Uint8.fromByteBits(octets[SUBCODE]))
            .setData(Arrays.copyOfRange(octets, DATA, octets.length))
            .build();
        if (!Arrays.equals(written((Notification<?>) made), octets)) {
            throw new Untellable(key + " is no NOTIFICATION");
        }
        return made;
    }

    /** Whether the parser left something behind: what is written then comes back as it is, and is not all of it. */
    private boolean isCutShort(final Notification<?> open, final byte[] octets) {
        final byte[] again = written(open);
        try {
            return !Arrays.equals(capabilities(again), capabilities(octets))
                && Arrays.equals(written(parsed(again)), again);
        } catch (final Untellable unreadable) {
            // That is the serializer's fault, and shows in what it writes.
            return false;
        }
    }

    /**
     * Returns the capabilities of an OPEN that parses, one behind the other, whichever parameters they are in.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9072#section-2">RFC 9072 section 2</a>
     */
    private static byte[] capabilities(final byte[] open) {
        final ByteBuf left = Unpooled.wrappedBuffer(open).skipBytes(LENGTH);
        final int length = left.readUnsignedByte();
        final boolean isExtended = length > 0 && left.getUnsignedByte(left.readerIndex()) == EXTENDED;
        final int octets = isExtended ? left.skipBytes(1).readUnsignedShort() : length;
        left.writerIndex(Math.min(left.writerIndex(), left.readerIndex() + octets));
        final ByteBuf found = Unpooled.buffer();
        while (left.isReadable()) {
            left.skipBytes(1);
            found.writeBytes(left, isExtended ? left.readUnsignedShort() : left.readUnsignedByte());
        }
        return ByteBufUtil.getBytes(found);
    }

    private byte[] written(final Notification<?> held) {
        final ByteBuf written = Unpooled.buffer();
        bgp.getMessageRegistry().serializeMessage(held, written);
        return ByteBufUtil.getBytes(written);
    }

    private Notification<?> parsed(final byte[] octets) throws Untellable {
        try {
            return bgp.getMessageRegistry().parseMessage(Unpooled.wrappedBuffer(octets), null);
        } catch (final BGPDocumentedException | BGPParsingException | RuntimeException unreadable) {
            throw new Untellable("there is no object for what does not parse: " + unreadable);
        }
    }

    private static byte[] octets(final JsonObject asked, final String key) {
        return HexFormat.of().parseHex(asked.getAsJsonObject(key).get("hex").getAsString());
    }
}
