package adapter;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.opendaylight.protocol.bgp.parser.spi.BGPExtensionConsumerContext;
import org.opendaylight.protocol.bmp.parser.message.PeerDownHandler;
import org.opendaylight.protocol.bmp.parser.tlv.DescriptionTlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.MirrorInformationTlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.NameTlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.ReasonTlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StringTlvHandler;
import org.opendaylight.yang.gen.v1.urn.ietf.params.xml.ns.yang.ietf.inet.types.rev130715.PortNumber;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.OpenMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.UpdateMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.InitiationMessageBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.MirrorInformationCode;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.PeerDownNotificationBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.PeerUpNotificationBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.Reason;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.RouteMirroringMessageBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.RouteMonitoringMessageBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.StatsReportsMessageBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.TerminationMessageBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.description.tlv.DescriptionTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.initiation.TlvsBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.mirror.information.tlv.MirrorInformationTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.mirror.pdu.tlvs.PduOpenTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.mirror.pdu.tlvs.PduUpdateTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.name.tlv.NameTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.down.data.FsmEventCodeBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.header.PeerHeader;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.up.InformationBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.up.ReceivedOpenBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.up.SentOpenBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.reason.tlv.ReasonTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.route.monitoring.message.UpdateBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.string.informations.StringInformation;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.string.informations.StringInformationBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.string.tlv.StringTlvBuilder;
import org.opendaylight.yangtools.yang.binding.Notification;
import org.opendaylight.yangtools.yang.common.Uint16;

/** An encode request as an object of the library. */
final class Asked {
    private static final int VERSION = 3;
    private static final int NUMBER_OCTETS = 2;

    private final BGPExtensionConsumerContext bgp;
    private final AskedPdu pdus;

    Asked(final BGPExtensionConsumerContext bgp) {
        this.bgp = bgp;
        this.pdus = new AskedPdu(bgp);
    }

    Notification<?> message(final JsonObject asked) throws Untellable {
        if (asked.get("version").getAsInt() != VERSION) {
            throw new Untellable("one version only");
        }
        final int type = asked.get("type").getAsInt();
        return switch (type) {
            case 0 -> routeMonitoring(asked);
            case 1 -> statisticsReport(asked);
            case 2 -> peerDown(asked);
            case 3 -> peerUp(asked);
            case 4 -> initiation(asked);
            case 5 -> termination(asked);
            case 6 -> routeMirroring(asked);
            default -> throw new Untellable("no message type " + type);
        };
    }

    private Notification<?> initiation(final JsonObject asked) throws Untellable {
        final TlvsBuilder tlvs = new TlvsBuilder();
        final List<StringInformation> strings = new ArrayList<>();
        for (final JsonElement item : asked.getAsJsonArray("tlvs")) {
            final JsonObject tlv = item.getAsJsonObject();
            final int type = tlv.get("type").getAsInt();
            if (type == StringTlvHandler.TYPE) {
                strings.add(string(tlv));
            } else if (type == DescriptionTlvHandler.TYPE && tlvs.getDescriptionTlv() == null) {
                tlvs.setDescriptionTlv(new DescriptionTlvBuilder().setDescription(ascii(tlv)).build());
            } else if (type == NameTlvHandler.TYPE && tlvs.getNameTlv() == null) {
                tlvs.setNameTlv(new NameTlvBuilder().setName(ascii(tlv)).build());
            } else {
                throw new Untellable("an Initiation has strings, one sysDescr and one sysName");
            }
        }
        return new InitiationMessageBuilder().setTlvs(tlvs.setStringInformation(strings).build()).build();
    }

    private Notification<?> termination(final JsonObject asked) throws Untellable {
        final var tlvs = new org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120
            .termination.TlvsBuilder();
        final List<StringInformation> strings = new ArrayList<>();
        for (final JsonElement item : asked.getAsJsonArray("tlvs")) {
            final JsonObject tlv = item.getAsJsonObject();
            final int type = tlv.get("type").getAsInt();
            final Reason reason = type == ReasonTlvHandler.TYPE ? Reason.forValue(number(tlv)) : null;
            if (type == StringTlvHandler.TYPE) {
                strings.add(string(tlv));
            } else if (reason != null && tlvs.getReasonTlv() == null) {
                tlvs.setReasonTlv(new ReasonTlvBuilder().setReason(reason).build());
            } else {
                throw new Untellable("a Termination has strings and one reason that the library knows");
            }
        }
        return new TerminationMessageBuilder().setTlvs(tlvs.setStringInformation(strings).build()).build();
    }

    private Notification<?> peerUp(final JsonObject asked) throws Untellable {
        final PeerHeader peer = AskedPeer.header(asked);
        final List<StringInformation> strings = new ArrayList<>();
        for (final JsonElement item : asked.getAsJsonArray("tlvs")) {
            final JsonObject tlv = item.getAsJsonObject();
            if (tlv.get("type").getAsInt() != StringTlvHandler.TYPE) {
                throw new Untellable("a Peer Up has strings only");
            }
            strings.add(string(tlv));
        }
        return new PeerUpNotificationBuilder()
            .setPeerHeader(peer)
            .setLocalAddress(AskedPeer.address(asked.get("local_address").getAsString(), peer.getIpv4()))
            .setLocalPort(port(asked, "local_port"))
            .setRemotePort(port(asked, "remote_port"))
            .setSentOpen(new SentOpenBuilder(pdus.of(asked, "sent_open", OpenMessage.class)).build())
            .setReceivedOpen(new ReceivedOpenBuilder(pdus.of(asked, "received_open", OpenMessage.class)).build())
            .setInformation(new InformationBuilder().setStringInformation(strings).build())
            .build();
    }

    /** Reasons 4 and 5 are one to the library: closed by the remote system, with no data. */
    private Notification<?> peerDown(final JsonObject asked) throws Untellable {
        final int reason = asked.get("reason").getAsInt();
        final PeerDownHandler.Reason known = PeerDownHandler.Reason.forValue((short) reason);
        if (known == null) {
            throw new Untellable("no reason " + reason);
        }
        final var down = new PeerDownNotificationBuilder().setPeerHeader(AskedPeer.header(asked));
        switch (known) {
            case REASON_ONE, REASON_THREE -> down.setData(notification(asked));
            case REASON_TWO -> down.setData(new FsmEventCodeBuilder()
                .setFsmEventCode(Uint16.valueOf(asked.get("fsm_event").getAsInt())).build());
            default -> { }
        }
        final boolean isLocal = known == PeerDownHandler.Reason.REASON_ONE || known == PeerDownHandler.Reason.REASON_TWO;
        return down.setLocalSystemClosed(isLocal).build();
    }

    private org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.down.data
            .Notification notification(final JsonObject asked) throws Untellable {
        final var held = new org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120
            .peer.down.data.notification.NotificationBuilder(pdus.notification(asked, "pdu"));
        return new org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.peer.down
            .data.NotificationBuilder().setNotification(held.build()).build();
    }

    private Notification<?> routeMonitoring(final JsonObject asked) throws Untellable {
        return new RouteMonitoringMessageBuilder()
            .setPeerHeader(AskedPeer.header(asked))
            .setUpdate(new UpdateBuilder(pdus.of(asked, "pdu", UpdateMessage.class)).build())
            .build();
    }

    private Notification<?> statisticsReport(final JsonObject asked) throws Untellable {
        final AskedStatistics statistics =
            new AskedStatistics(bgp.getAddressFamilyRegistry(), bgp.getSubsequentAddressFamilyRegistry());
        for (final JsonElement item : asked.getAsJsonArray("statistics")) {
            statistics.add(item.getAsJsonObject());
        }
        return new StatsReportsMessageBuilder()
            .setPeerHeader(AskedPeer.header(asked))
            .setTlvs(statistics.build())
            .build();
    }

    private Notification<?> routeMirroring(final JsonObject asked) throws Untellable {
        final var tlvs = new org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120
            .mirror.TlvsBuilder();
        for (final JsonElement item : asked.getAsJsonArray("tlvs")) {
            final JsonObject tlv = item.getAsJsonObject();
            if (tlv.get("type").getAsInt() != MirrorInformationTlvHandler.TYPE) {
                mirror(tlvs, octets(tlv));
            } else if (tlvs.getMirrorInformationTlv() == null) {
                tlvs.setMirrorInformationTlv(new MirrorInformationTlvBuilder().setCode(code(tlv)).build());
            } else {
                throw new Untellable("Route Mirroring has one code");
            }
        }
        return new RouteMirroringMessageBuilder().setPeerHeader(AskedPeer.header(asked)).setTlvs(tlvs.build()).build();
    }

    private void mirror(final org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120
            .mirror.TlvsBuilder tlvs, final byte[] octets) throws Untellable {
        final Notification<?> held = pdus.of(octets);
        if (held instanceof UpdateMessage update && tlvs.getPduUpdateTlv() == null) {
            tlvs.setPduUpdateTlv(new PduUpdateTlvBuilder(update).build());
        } else if (held instanceof OpenMessage open && tlvs.getPduOpenTlv() == null) {
            tlvs.setPduOpenTlv(new PduOpenTlvBuilder(open).build());
        } else {
            throw new Untellable("what is mirrored is one OPEN and one UPDATE");
        }
    }

    private static MirrorInformationCode code(final JsonObject tlv) throws Untellable {
        final MirrorInformationCode code = MirrorInformationCode.forValue(number(tlv));
        if (code == null) {
            throw new Untellable("a code that the library does not know");
        }
        return code;
    }

    private static PortNumber port(final JsonObject asked, final String key) {
        return new PortNumber(Uint16.valueOf(asked.get(key).getAsInt()));
    }

    private static StringInformation string(final JsonObject tlv) throws Untellable {
        return new StringInformationBuilder()
            .setStringTlv(new StringTlvBuilder().setStringInfo(text(tlv)).build())
            .build();
    }

    private static byte[] octets(final JsonObject tlv) {
        return HexFormat.of().parseHex(tlv.get("value").getAsString());
    }

    /** Returns one character for each octet, as the library does where it reads what should be ASCII. */
    private static String ascii(final JsonObject tlv) {
        return new String(octets(tlv), StandardCharsets.ISO_8859_1);
    }

    private static String text(final JsonObject tlv) throws Untellable {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets(tlv))).toString();
        } catch (final CharacterCodingException unreadable) {
            throw new Untellable("a string is text");
        }
    }

    private static int number(final JsonObject tlv) throws Untellable {
        final byte[] octets = octets(tlv);
        if (octets.length != NUMBER_OCTETS) {
            throw new Untellable("a reason or code is a number of two octets");
        }
        return Short.toUnsignedInt(ByteBuffer.wrap(octets).getShort());
    }
}
