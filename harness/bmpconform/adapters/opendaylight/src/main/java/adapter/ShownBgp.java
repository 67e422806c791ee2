package adapter;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.opendaylight.protocol.util.Ipv4Util;
import org.opendaylight.protocol.util.Ipv6Util;
import org.opendaylight.yang.gen.v1.urn.ietf.params.xml.ns.yang.ietf.inet.types.rev130715.AsNumber;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.inet.rev180329.Ipv4Prefixes;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.inet.rev180329.Ipv6Prefixes;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.Ipv4PrefixAndPathId;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.NotifyMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.OpenMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.UpdateMessage;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.path.attributes.Attributes;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.path.attributes.attributes.AsPath;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.message.rev200120.path.attributes.attributes.as.path.Segments;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.multiprotocol.rev180329.AttributesReach;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.multiprotocol.rev180329.AttributesUnreach;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.multiprotocol.rev180329.destination.DestinationType;

/** What the library understood of a BGP message: it keeps no octets, and of attributes neither flags nor order. */
final class ShownBgp {
    private static final int IPV4 = 1;
    private static final int IPV6 = 2;
    private static final int UNICAST = 1;
    private static final int SET = 1;
    private static final int SEQUENCE = 2;

    private ShownBgp() {
    }

    static JsonObject open(final OpenMessage held) {
        final JsonObject parts = new JsonObject();
        // Read, checked, and dropped.
        parts.add("version", JsonNull.INSTANCE);
        parts.addProperty("my_as", held.getMyAsNumber().toJava());
        parts.addProperty("hold_time", held.getHoldTimer().toJava());
        parts.addProperty("bgp_id", HexFormat.of().formatHex(Ipv4Util.bytesForAddress(held.getBgpIdentifier())));
        parts.add("extended", JsonNull.INSTANCE);
        // Each capability is an object of its own kind here, without its octets.
        parts.add("parameters", JsonNull.INSTANCE);
        return pdu(1, "open", parts);
    }

    static JsonObject notification(final NotifyMessage held) {
        final JsonObject parts = new JsonObject();
        parts.addProperty("code", held.getErrorCode().toJava());
        parts.addProperty("subcode", held.getErrorSubcode().toJava());
        parts.addProperty("data", held.getData() == null ? "" : HexFormat.of().formatHex(held.getData()));
        return pdu(3, "notification", parts);
    }

    static JsonObject update(final UpdateMessage held) {
        final JsonArray reach = new JsonArray();
        final JsonArray unreach = new JsonArray();
        addIpv4(reach, held.getNlri());
        addIpv4(unreach, held.getWithdrawnRoutes());
        final Attributes attributes = held.getAttributes();
        final JsonObject parts = new JsonObject();
        for (final String key : List.of("as_width", "withdrawn", "attributes", "nlri")) {
            parts.add(key, JsonNull.INSTANCE);
        }
        parts.add("reach", addDestination(reach, advertised(attributes)));
        parts.add("unreach", addDestination(unreach, withdrawn(attributes)));
        parts.add("as_path", attributes == null ? new JsonArray() : path(attributes.getAsPath()));
        return pdu(2, "update", parts);
    }

    private static JsonObject pdu(final int type, final String key, final JsonObject parts) {
        final JsonObject shown = new JsonObject();
        shown.addProperty("type", type);
        shown.add("hex", JsonNull.INSTANCE);
        shown.add(key, parts);
        return shown;
    }

    private static DestinationType advertised(final Attributes attributes) {
        final AttributesReach held = attributes == null ? null : attributes.augmentation(AttributesReach.class);
        return held == null || held.getMpReachNlri() == null || held.getMpReachNlri().getAdvertizedRoutes() == null
            ? null : held.getMpReachNlri().getAdvertizedRoutes().getDestinationType();
    }

    private static DestinationType withdrawn(final Attributes attributes) {
        final AttributesUnreach held = attributes == null ? null : attributes.augmentation(AttributesUnreach.class);
        return held == null || held.getMpUnreachNlri() == null || held.getMpUnreachNlri().getWithdrawnRoutes() == null
            ? null : held.getMpUnreachNlri().getWithdrawnRoutes().getDestinationType();
    }

    /** Returns the routes with those of a multiprotocol attribute; null for a family whose form is not shown here. */
    private static JsonElement addDestination(final JsonArray routes, final DestinationType destination) {
        if (destination instanceof Ipv4Prefixes held) {
            addIpv4(routes, held.getDestinationIpv4().getIpv4Prefixes());
        } else if (destination instanceof Ipv6Prefixes held) {
            for (final var item : held.getDestinationIpv6().nonnullIpv6Prefixes()) {
                final ByteBuf written = Unpooled.buffer();
                Ipv6Util.writeMinimalPrefix(item.getPrefix(), written);
                routes.add(route(IPV6, written));
            }
        } else if (destination != null) {
            return JsonNull.INSTANCE;
        }
        return routes;
    }

    private static void addIpv4(final JsonArray routes, final List<? extends Ipv4PrefixAndPathId> held) {
        if (held != null) {
            for (final Ipv4PrefixAndPathId item : held) {
                final ByteBuf written = Unpooled.buffer();
                Ipv4Util.writeMinimalPrefix(item.getPrefix(), written);
                routes.add(route(IPV4, written));
            }
        }
    }

    private static JsonObject route(final int family, final ByteBuf written) {
        final JsonObject shown = new JsonObject();
        shown.addProperty("bits", written.readUnsignedByte());
        shown.addProperty("prefix", ByteBufUtil.hexDump(written));
        shown.addProperty("afi", family);
        shown.addProperty("safi", UNICAST);
        return shown;
    }

    /** Returns null for a set of several: a Set has no order. */
    private static JsonElement path(final AsPath held) {
        final JsonArray shown = new JsonArray();
        if (held == null || held.getSegments() == null) {
            return shown;
        }
        for (final Segments item : held.getSegments()) {
            if (item.getAsSequence() != null) {
                shown.add(segment(SEQUENCE, item.getAsSequence()));
            } else if (item.getAsSet() != null && item.getAsSet().size() <= 1) {
                shown.add(segment(SET, item.getAsSet()));
            } else {
                return JsonNull.INSTANCE;
            }
        }
        return shown;
    }

    private static JsonObject segment(final int type, final Collection<AsNumber> held) {
        final JsonArray asns = new JsonArray();
        for (final AsNumber item : held) {
            asns.add(item.getValue().toJava());
        }
        final JsonObject shown = new JsonObject();
        shown.addProperty("segment", type);
        shown.add("asns", asns);
        return shown;
    }
}
