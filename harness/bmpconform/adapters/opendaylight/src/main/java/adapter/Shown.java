package adapter;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.opendaylight.bgp.concepts.RouteDistinguisherUtil;
import org.opendaylight.protocol.bgp.parser.spi.AddressFamilyRegistry;
import org.opendaylight.protocol.bgp.parser.spi.SubsequentAddressFamilyRegistry;
import org.opendaylight.protocol.bmp.parser.message.PeerDownHandler.Reason;
import org.opendaylight.protocol.bmp.parser.tlv.DescriptionTlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.NameTlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.ReasonTlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StringTlvHandler;
import org.opendaylight.protocol.util.Ipv4Util;
import org.opendaylight.protocol.util.Ipv6Util;
import org.opendaylight.yang.gen.v1.urn.ietf.params.xml.ns.yang.ietf.inet.types.rev130715.IpAddressNoZone;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.InitiationMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.Peer.PeerDistinguisher;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.PeerDownNotification;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.PeerUpNotification;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.RouteMirroringMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.RouteMonitoringMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.StatsReportsMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.TerminationMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.down.data.FsmEventCode;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.header.PeerHeader;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.string.informations.StringInformation;
import org.opendaylight.yangtools.yang.binding.Notification;

/**
 * What the library understood of a message, in the neutral form.
 *
 * <p>It keeps no flags but L and V, no counter of statistics, no order between TLVs of different types, and nothing of
 * TLVs that it does not know.
 */
final class Shown {
    private static final HexFormat HEX = HexFormat.of();
    private static final int ADDRESS_OCTETS = 16;

    private final AddressFamilyRegistry families;
    private final SubsequentAddressFamilyRegistry subsequentFamilies;

    Shown(final AddressFamilyRegistry families, final SubsequentAddressFamilyRegistry subsequentFamilies) {
        this.families = families;
        this.subsequentFamilies = subsequentFamilies;
    }

    JsonObject message(final Notification<?> message) {
        final JsonObject shown = new JsonObject();
        shown.add("version", JsonNull.INSTANCE);
        shown.add("length", JsonNull.INSTANCE);
        shown.add("rest", JsonNull.INSTANCE);
        if (message instanceof InitiationMessage body) {
            initiation(shown, body);
        } else if (message instanceof TerminationMessage body) {
            termination(shown, body);
        } else if (message instanceof PeerUpNotification body) {
            peerUp(shown, body);
        } else if (message instanceof PeerDownNotification body) {
            peerDown(shown, body);
        } else if (message instanceof RouteMonitoringMessage body) {
            begin(shown, 0, body.getPeerHeader());
            shown.add("pdu", ShownBgp.update(body.getUpdate()));
        } else if (message instanceof StatsReportsMessage body) {
            begin(shown, 1, body.getPeerHeader());
            shown.add("count", JsonNull.INSTANCE);
            shown.add("statistics", new ShownStatistics(families, subsequentFamilies).all(body.getTlvs()));
        } else if (message instanceof RouteMirroringMessage body) {
            begin(shown, 6, body.getPeerHeader());
        }
        return shown;
    }

    private static void begin(final JsonObject shown, final int type, final PeerHeader peer) {
        shown.addProperty("type", type);
        shown.add("peer", peer(peer));
    }

    private static void initiation(final JsonObject shown, final InitiationMessage body) {
        shown.addProperty("type", 4);
        final JsonArray tlvs = new JsonArray();
        final var held = body.getTlvs();
        tlvs.add(tlv(DescriptionTlvHandler.TYPE, ascii(held.getDescriptionTlv().getDescription()), "sys_descr",
            "DescriptionTlv"));
        tlvs.add(tlv(NameTlvHandler.TYPE, ascii(held.getNameTlv().getName()), "sys_name", "NameTlv"));
        addStrings(tlvs, held.getStringInformation());
        shown.add("tlvs", tlvs);
    }

    private static void termination(final JsonObject shown, final TerminationMessage body) {
        shown.addProperty("type", 5);
        final JsonArray tlvs = new JsonArray();
        final int reason = body.getTlvs().getReasonTlv().getReason().getIntValue();
        tlvs.add(tlv(ReasonTlvHandler.TYPE, HEX.toHexDigits((short) reason), "reason", "ReasonTlv"));
        addStrings(tlvs, body.getTlvs().getStringInformation());
        shown.add("tlvs", tlvs);
    }

    private static void peerUp(final JsonObject shown, final PeerUpNotification body) {
        begin(shown, 3, body.getPeerHeader());
        shown.addProperty("local_address", address(body.getLocalAddress()));
        shown.addProperty("local_port", body.getLocalPort().getValue().toJava());
        shown.addProperty("remote_port", body.getRemotePort().getValue().toJava());
        shown.add("sent_open", ShownBgp.open(body.getSentOpen()));
        shown.add("received_open", ShownBgp.open(body.getReceivedOpen()));
        final JsonArray tlvs = new JsonArray();
        if (body.getInformation() != null) {
            addStrings(tlvs, body.getInformation().getStringInformation());
        }
        shown.add("tlvs", tlvs);
    }

    /** The library tells by whom the session was closed, and with what. */
    private static void peerDown(final JsonObject shown, final PeerDownNotification body) {
        begin(shown, 2, body.getPeerHeader());
        final boolean isLocal = Boolean.TRUE.equals(body.getLocalSystemClosed());
        shown.add("reason", JsonNull.INSTANCE);
        if (body.getData() instanceof FsmEventCode event) {
            shown.addProperty("reason", Reason.REASON_TWO.getValue());
            shown.addProperty("fsm_event", event.getFsmEventCode().toJava());
        } else if (body.getData() instanceof org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp
                .message.rev200120.peer.down.data.Notification held) {
            shown.addProperty("reason", (isLocal ? Reason.REASON_ONE : Reason.REASON_THREE).getValue());
            shown.add("pdu", ShownBgp.notification(held.getNotification()));
        }
    }

    private static JsonObject peer(final PeerHeader header) {
        final JsonObject shown = new JsonObject();
        shown.addProperty("type", header.getType().getIntValue());
        shown.add("flags", JsonNull.INSTANCE);
        shown.addProperty("distinguisher", distinguisher(header.getPeerDistinguisher()));
        shown.addProperty("address", address(header.getAddress()));
        shown.addProperty("asn", header.getAs().getValue().toJava());
        shown.addProperty("bgp_id", HEX.formatHex(Ipv4Util.bytesForAddress(header.getBgpId())));
        shown.addProperty("seconds", header.getTimestampSec().getValue().toJava());
        shown.addProperty("microseconds", header.getTimestampMicro().getValue().toJava());
        return shown;
    }

    /** Null for a Global Instance Peer: there the library skips it. */
    private static String distinguisher(final PeerDistinguisher held) {
        if (held == null) {
            return null;
        }
        if (held.getBinary() != null) {
            return HEX.formatHex(held.getBinary());
        }
        final ByteBuf written = Unpooled.buffer();
        RouteDistinguisherUtil.serializeRouteDistinquisher(held.getRouteDistinguisher(), written);
        return ByteBufUtil.hexDump(written);
    }

    private static String address(final IpAddressNoZone held) {
        final byte[] octets = held.getIpv4AddressNoZone() != null
            ? Ipv4Util.bytesForAddress(held.getIpv4AddressNoZone())
            : Ipv6Util.bytesForAddress(held.getIpv6AddressNoZone());
        return "00".repeat(ADDRESS_OCTETS - octets.length) + HEX.formatHex(octets);
    }

    private static void addStrings(final JsonArray tlvs, final List<StringInformation> held) {
        if (held != null) {
            for (final StringInformation item : held) {
                tlvs.add(tlv(StringTlvHandler.TYPE, text(item.getStringTlv().getStringInfo()), "string", "StringTlv"));
            }
        }
    }

    /** Returns the octets of what the library read as ASCII, in which each became one character, whatever it was. */
    private static String ascii(final String held) {
        return HEX.formatHex(held.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String text(final String held) {
        return HEX.formatHex(held.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonObject tlv(final int type, final String value, final String meaning, final String name) {
        final JsonObject shown = new JsonObject();
        shown.addProperty("type", type);
        shown.addProperty("value", value);
        shown.addProperty("meaning", meaning);
        shown.addProperty("name", name);
        return shown;
    }
}
