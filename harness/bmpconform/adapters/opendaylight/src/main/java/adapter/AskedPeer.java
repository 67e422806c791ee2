package adapter;

import com.google.gson.JsonObject;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.opendaylight.bgp.concepts.RouteDistinguisherUtil;
import org.opendaylight.protocol.util.Ipv4Util;
import org.opendaylight.protocol.util.Ipv6Util;
import org.opendaylight.yang.gen.v1.urn.ietf.params.xml.ns.yang.ietf.inet.types.rev130715.AsNumber;
import org.opendaylight.yang.gen.v1.urn.ietf.params.xml.ns.yang.ietf.inet.types.rev130715.IpAddressNoZone;
import org.opendaylight.yang.gen.v1.urn.ietf.params.xml.ns.yang.ietf.yang.types.rev130715.Timestamp;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.AdjRibInType;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.Peer.PeerDistinguisher;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.PeerType;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.header.PeerHeader;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.header.PeerHeaderBuilder;
import org.opendaylight.yangtools.yang.common.Uint32;

/** The per-peer header of an encode request as an object of the library, which knows the flags V and L only. */
final class AskedPeer {
    private static final int V = 0x80;
    private static final int L = 0x40;
    private static final int IPV4_OFFSET = 12;

    private AskedPeer() {
    }

    static PeerHeader header(final JsonObject message) throws Untellable {
        final JsonObject asked = message.getAsJsonObject("peer");
        final int flags = asked.get("flags").getAsInt();
        final PeerType type = PeerType.forValue(asked.get("type").getAsInt());
        if (type == null || (flags & ~(V | L)) != 0) {
            throw new Untellable("peer types are 0 to 2, and flags V and L");
        }
        final boolean isIpv4 = (flags & V) == 0;
        return new PeerHeaderBuilder()
            .setType(type)
            .setIpv4(isIpv4)
            .setAdjRibInType(AdjRibInType.forValue((flags & L) == 0 ? 0 : 1))
            .setPeerDistinguisher(distinguisher(type, octets(asked, "distinguisher")))
            .setAddress(address(asked.get("address").getAsString(), isIpv4))
            .setAs(new AsNumber(number(asked, "asn")))
            .setBgpId(Ipv4Util.addressForByteBuf(Unpooled.wrappedBuffer(octets(asked, "bgp_id"))))
            .setTimestampSec(new Timestamp(number(asked, "seconds")))
            .setTimestampMicro(new Timestamp(number(asked, "microseconds")))
            .build();
    }

    static IpAddressNoZone address(final String hex, final boolean isIpv4) throws Untellable {
        final byte[] octets = HexFormat.of().parseHex(hex);
        if (!isIpv4) {
            return new IpAddressNoZone(Ipv6Util.addressForByteBuf(Unpooled.wrappedBuffer(octets)));
        }
        if (!hex.startsWith("00".repeat(IPV4_OFFSET))) {
            throw new Untellable("an IPv4 address has nothing before its four octets");
        }
        final int behind = octets.length - IPV4_OFFSET;
        return new IpAddressNoZone(Ipv4Util.addressForByteBuf(Unpooled.wrappedBuffer(octets, IPV4_OFFSET, behind)));
    }

    private static PeerDistinguisher distinguisher(final PeerType type, final byte[] octets) throws Untellable {
        return switch (type) {
            case L3vpn -> routeDistinguisher(octets);
            case Local -> new PeerDistinguisher(octets);
            default -> {
                for (final byte octet : octets) {
                    if (octet != 0) {
                        throw new Untellable("a Global Instance Peer has no distinguisher");
                    }
                }
                yield null;
            }
        };
    }

    private static PeerDistinguisher routeDistinguisher(final byte[] octets) throws Untellable {
        try {
            return new PeerDistinguisher(
                RouteDistinguisherUtil.parseRouteDistinguisher(Unpooled.wrappedBuffer(octets)));
        } catch (final IllegalArgumentException unreadable) {
            throw new Untellable("a route distinguisher of type 0, 1 or 2");
        }
    }

    private static byte[] octets(final JsonObject asked, final String key) {
        return HexFormat.of().parseHex(asked.get(key).getAsString());
    }

    private static Uint32 number(final JsonObject asked, final String key) {
        return Uint32.valueOf(asked.get(key).getAsLong());
    }
}
