package adapter;

import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
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
import org.opendaylight.yang.gen.v1.urn.ietf.params.xml.ns.yang.ietf.yang.types.rev130715.Counter32;
import org.opendaylight.yang.gen.v1.urn.ietf.params.xml.ns.yang.ietf.yang.types.rev130715.Gauge64;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.types.rev200120.AddressFamily;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bgp.types.rev200120.SubsequentAddressFamily;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.Tlvs;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.TlvsBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.AdjRibsInRoutesTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.DuplicatePrefixAdvertisementsTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.DuplicateUpdatesTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.DuplicateWithdrawsTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.InvalidatedAsConfedLoopTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.InvalidatedAsPathLoopTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.InvalidatedClusterListLoopTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.InvalidatedOriginatorIdTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.LocRibRoutesTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.PerAfiSafiAdjRibInTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.PerAfiSafiLocRibTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.PrefixesTreatedAsWithdrawTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.RejectedPrefixesTlvBuilder;
import org.opendaylight.yang.gen.v1.urn.opendaylight.params.xml.ns.yang.bmp.message.rev200120.stat.tlvs.UpdatesTreatedAsWithdrawTlvBuilder;
import org.opendaylight.yangtools.yang.common.Uint32;
import org.opendaylight.yangtools.yang.common.Uint64;

/** The statistics of an encode request: the library has one place for each of fourteen types. */
final class AskedStatistics {
    private static final int COUNTER_OCTETS = 4;
    private static final int GAUGE_OCTETS = 8;
    private static final int FAMILY_OCTETS = 3;

    private final AddressFamilyRegistry families;
    private final SubsequentAddressFamilyRegistry subsequentFamilies;
    private final TlvsBuilder tlvs = new TlvsBuilder();
    private final Set<Integer> added = new HashSet<>();

    AskedStatistics(final AddressFamilyRegistry families, final SubsequentAddressFamilyRegistry subsequentFamilies) {
        this.families = families;
        this.subsequentFamilies = subsequentFamilies;
    }

    Tlvs build() {
        return tlvs.build();
    }

    void add(final JsonObject asked) throws Untellable {
        final int type = asked.get("type").getAsInt();
        final ByteBuffer data = ByteBuffer.wrap(HexFormat.of().parseHex(asked.get("data").getAsString()));
        if (!added.add(type)) {
            throw new Untellable("each statistic once");
        }
        switch (type) {
            case StatType000TlvHandler.TYPE -> tlvs.setRejectedPrefixesTlv(
                new RejectedPrefixesTlvBuilder().setCount(counter(data)).build());
            case StatType001TlvHandler.TYPE -> tlvs.setDuplicatePrefixAdvertisementsTlv(
                new DuplicatePrefixAdvertisementsTlvBuilder().setCount(counter(data)).build());
            case StatType002TlvHandler.TYPE -> tlvs.setDuplicateWithdrawsTlv(
                new DuplicateWithdrawsTlvBuilder().setCount(counter(data)).build());
            case StatType003TlvHandler.TYPE -> tlvs.setInvalidatedClusterListLoopTlv(
                new InvalidatedClusterListLoopTlvBuilder().setCount(counter(data)).build());
            case StatType004TlvHandler.TYPE -> tlvs.setInvalidatedAsPathLoopTlv(
                new InvalidatedAsPathLoopTlvBuilder().setCount(counter(data)).build());
            case StatType005TlvHandler.TYPE -> tlvs.setInvalidatedOriginatorIdTlv(
                new InvalidatedOriginatorIdTlvBuilder().setCount(counter(data)).build());
            case StatType006TlvHandler.TYPE -> tlvs.setInvalidatedAsConfedLoopTlv(
                new InvalidatedAsConfedLoopTlvBuilder().setCount(counter(data)).build());
            case StatType007TlvHandler.TYPE -> tlvs.setAdjRibsInRoutesTlv(
                new AdjRibsInRoutesTlvBuilder().setCount(gauge(data)).build());
            case StatType008TlvHandler.TYPE -> tlvs.setLocRibRoutesTlv(
                new LocRibRoutesTlvBuilder().setCount(gauge(data)).build());
            case StatType009TlvHandler.TYPE -> tlvs.setPerAfiSafiAdjRibInTlv(new PerAfiSafiAdjRibInTlvBuilder()
                .setAfi(family(data)).setSafi(subsequentFamily(data)).setCount(familyGauge(data)).build());
            case StatType010TlvHandler.TYPE -> tlvs.setPerAfiSafiLocRibTlv(new PerAfiSafiLocRibTlvBuilder()
                .setAfi(family(data)).setSafi(subsequentFamily(data)).setCount(familyGauge(data)).build());
            case StatType011TlvHandler.TYPE -> tlvs.setUpdatesTreatedAsWithdrawTlv(
                new UpdatesTreatedAsWithdrawTlvBuilder().setCount(counter(data)).build());
            case StatType012TlvHandler.TYPE -> tlvs.setPrefixesTreatedAsWithdrawTlv(
                new PrefixesTreatedAsWithdrawTlvBuilder().setCount(counter(data)).build());
            case StatType013TlvHandler.TYPE -> tlvs.setDuplicateUpdatesTlv(
                new DuplicateUpdatesTlvBuilder().setCount(counter(data)).build());
            default -> throw new Untellable("no statistic " + type);
        }
    }

    private static Counter32 counter(final ByteBuffer data) throws Untellable {
        check(data, COUNTER_OCTETS);
        return new Counter32(Uint32.fromIntBits(data.getInt()));
    }

    private static Gauge64 gauge(final ByteBuffer data) throws Untellable {
        check(data, GAUGE_OCTETS);
        return new Gauge64(Uint64.fromLongBits(data.getLong()));
    }

    private static Gauge64 familyGauge(final ByteBuffer data) throws Untellable {
        check(data, FAMILY_OCTETS + GAUGE_OCTETS);
        return new Gauge64(Uint64.fromLongBits(data.getLong(FAMILY_OCTETS)));
    }

    private AddressFamily family(final ByteBuffer data) throws Untellable {
        check(data, FAMILY_OCTETS + GAUGE_OCTETS);
        return known(families.classForFamily(Short.toUnsignedInt(data.getShort(0))));
    }

    private SubsequentAddressFamily subsequentFamily(final ByteBuffer data) throws Untellable {
        return known(subsequentFamilies.classForFamily(Byte.toUnsignedInt(data.get(FAMILY_OCTETS - 1))));
    }

    private static <T> T known(final T family) throws Untellable {
        if (family == null) {
            throw new Untellable("a family that the library does not know");
        }
        return family;
    }

    private static void check(final ByteBuffer data, final int octets) throws Untellable {
        if (data.capacity() != octets) {
            throw new Untellable("a statistic of this type has " + octets + " octets");
        }
    }
}
