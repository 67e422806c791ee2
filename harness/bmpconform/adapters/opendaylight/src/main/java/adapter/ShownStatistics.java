package adapter;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import org.opendaylight.protocol.bgp.parser.spi.AddressFamilyRegistry;
import org.opendaylight.protocol.bgp.parser.spi.SubsequentAddressFamilyRegistry;
import org.opendaylight.protocol.bmp.parser.tlv.StatType000TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType001TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType002TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType003TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType004TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType005TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType006TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType007TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType008TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType009TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType010TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType011TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType012TlvHandler;
import org.opendaylight.protocol.bmp.parser.tlv.StatType013TlvHandler;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.AfiSafiGaugeTlv;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.CountTlv;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.GaugeTlv;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.StatTlvs;

/** The statistics of a report, by type: the library has one place for each, and so no order and no repeats. */
final class ShownStatistics {
    private final AddressFamilyRegistry families;
    private final SubsequentAddressFamilyRegistry subsequentFamilies;
    private final JsonArray shown = new JsonArray();

    ShownStatistics(final AddressFamilyRegistry families, final SubsequentAddressFamilyRegistry subsequentFamilies) {
        this.families = families;
        this.subsequentFamilies = subsequentFamilies;
    }

    JsonArray all(final StatTlvs held) {
        add(StatType000TlvHandler.TYPE, held.getRejectedPrefixesTlv());
        add(StatType001TlvHandler.TYPE, held.getDuplicatePrefixAdvertisementsTlv());
        add(StatType002TlvHandler.TYPE, held.getDuplicateWithdrawsTlv());
        add(StatType003TlvHandler.TYPE, held.getInvalidatedClusterListLoopTlv());
        add(StatType004TlvHandler.TYPE, held.getInvalidatedAsPathLoopTlv());
        add(StatType005TlvHandler.TYPE, held.getInvalidatedOriginatorIdTlv());
        add(StatType006TlvHandler.TYPE, held.getInvalidatedAsConfedLoopTlv());
        add(StatType007TlvHandler.TYPE, held.getAdjRibsInRoutesTlv());
        add(StatType008TlvHandler.TYPE, held.getLocRibRoutesTlv());
        add(StatType009TlvHandler.TYPE, held.getPerAfiSafiAdjRibInTlv());
        add(StatType010TlvHandler.TYPE, held.getPerAfiSafiLocRibTlv());
        add(StatType011TlvHandler.TYPE, held.getUpdatesTreatedAsWithdrawTlv());
        add(StatType012TlvHandler.TYPE, held.getPrefixesTreatedAsWithdrawTlv());
        add(StatType013TlvHandler.TYPE, held.getDuplicateUpdatesTlv());
        return shown;
    }

    private void add(final int type, final CountTlv held) {
        if (held != null) {
            add(type, held.getCount().getValue());
        }
    }

    private void add(final int type, final GaugeTlv held) {
        if (held != null) {
            add(type, held.getCount().getValue());
        }
    }

    private void add(final int type, final AfiSafiGaugeTlv held) {
        if (held != null) {
            final JsonObject statistic = add(type, held.getCount().getValue());
            // A family that it does not know is null to the library too.
            statistic.addProperty("afi", held.getAfi() == null ? null : families.numberForClass(held.getAfi()));
            statistic.addProperty("safi",
                held.getSafi() == null ? null : subsequentFamilies.numberForClass(held.getSafi()));
        }
    }

    private JsonObject add(final int type, final Number value) {
        final JsonObject statistic = new JsonObject();
        statistic.addProperty("type", type);
        statistic.add("data", JsonNull.INSTANCE);
        statistic.addProperty("value", value.toString());
        shown.add(statistic);
        return statistic;
    }
}
