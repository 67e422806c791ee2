package main

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/osrg/gobgp/v4/pkg/packet/bmp"
)

const (
	microsecondsPerSecond = 1_000_000
	ipv4Offset            = 12
	reservedOffset        = 2
)

// Untellable is a wish that the library has no words for.
type untellable string

func (u untellable) Error() string {
	return string(u)
}

// askedMessage builds the library's message for an encode request, by the library's own constructors. PDUs are parsed
// by the library where it takes its own objects only; its parser is their one door from octets.
func askedMessage(asked *message, session session) (*bmp.BMPMessage, error) {
	if asked.Version != bmp.BMP_VERSION {
		return nil, untellable("the constructors know one version")
	}
	if !isWhole(asked) {
		return nil, untellable("a message of that type has more parts")
	}
	switch asked.Type {
	case bmp.BMP_MSG_INITIATION:
		return bmp.NewBMPInitiation(askedInformation(asked.TLVs)), nil
	case bmp.BMP_MSG_TERMINATION:
		return bmp.NewBMPTermination(askedTermination(asked.TLVs)), nil
	}
	header, err := askedPeer(asked.Peer)
	if err != nil {
		return nil, err
	}
	switch asked.Type {
	case bmp.BMP_MSG_ROUTE_MONITORING:
		return askedRouteMonitoring(header, asked), nil
	case bmp.BMP_MSG_STATISTICS_REPORT:
		statistics, err := askedStatistics(asked.Statistics)
		return bmp.NewBMPStatisticsReport(header, statistics), err
	case bmp.BMP_MSG_PEER_DOWN_NOTIFICATION:
		return askedPeerDown(header, asked, session)
	case bmp.BMP_MSG_PEER_UP_NOTIFICATION:
		return askedPeerUp(header, asked, session)
	case bmp.BMP_MSG_ROUTE_MIRRORING:
		return bmp.NewBMPRouteMirroring(header, askedMirroring(asked.TLVs)), nil
	}
	return nil, untellable(fmt.Sprintf("no message type %d", asked.Type))
}

// isWhole tells whether a request has what its message consists of: one for what cannot be framed may lack parts.
func isWhole(asked *message) bool {
	switch asked.Type {
	case bmp.BMP_MSG_ROUTE_MONITORING:
		return asked.PDU != nil
	case bmp.BMP_MSG_PEER_DOWN_NOTIFICATION:
		return asked.Reason != nil
	case bmp.BMP_MSG_PEER_UP_NOTIFICATION:
		hasPorts := asked.LocalPort != nil && asked.RemotePort != nil
		return asked.LocalAddress != nil && hasPorts && asked.SentOpen != nil && asked.ReceivedOpen != nil
	}
	return true
}

func askedPeer(asked *peer) (bmp.BMPPeerHeader, error) {
	if asked == nil {
		return bmp.BMPPeerHeader{}, untellable("no per-peer header")
	}
	isIPv6 := asked.Flags&bmp.BMP_PEER_FLAG_IPV6 != 0 && asked.Type != bmp.BMP_PEER_TYPE_LOCAL_RIB
	address, err := askedAddress(asked.Address, isIPv6)
	if err != nil {
		return bmp.BMPPeerHeader{}, err
	}
	id, _ := netip.AddrFromSlice(asked.BGPID)
	distinguisher := binary.BigEndian.Uint64(asked.Distinguisher)
	stamp := float64(asked.Seconds) + float64(asked.Microseconds)/microsecondsPerSecond
	return *bmp.NewBMPPeerHeader(asked.Type, asked.Flags, distinguisher, address, asked.ASN, id, stamp), nil
}

func askedAddress(octets octets, isIPv6 bool) (netip.Addr, error) {
	if isIPv6 {
		address, _ := netip.AddrFromSlice(octets)
		return address, nil
	}
	for _, octet := range octets[:ipv4Offset] {
		if octet != 0 {
			return netip.Addr{}, untellable("an IPv4 address has nothing before its four octets")
		}
	}
	address, _ := netip.AddrFromSlice(octets[ipv4Offset:])
	return address, nil
}

// askedRouteMonitoring hands the octets of the UPDATE over as they are, as gobgpd does.
func askedRouteMonitoring(header bmp.BMPPeerHeader, asked *message) *bmp.BMPMessage {
	built := bmp.NewBMPRouteMonitoring(header, nil)
	built.Body = &bmp.BMPRouteMonitoring{BGPUpdatePayload: present(asked.PDU.Hex)}
	return built
}

func askedStatistics(asked []statistic) ([]bmp.BMPStatsTLVInterface, error) {
	built := make([]bmp.BMPStatsTLVInterface, 0, len(asked))
	for _, item := range asked {
		switch len(item.Data) {
		case 4:
			built = append(built, bmp.NewBMPStatsTLV32(item.Type, binary.BigEndian.Uint32(item.Data)))
		case 8:
			built = append(built, bmp.NewBMPStatsTLV64(item.Type, binary.BigEndian.Uint64(item.Data)))
		case 11:
			afi, value := binary.BigEndian.Uint16(item.Data), binary.BigEndian.Uint64(item.Data[3:])
			built = append(built, bmp.NewBMPStatsTLVPerAfiSafi64(item.Type, afi, item.Data[2], value))
		default:
			return nil, untellable("a statistic is a number of 4 or 8 octets, or one for a family")
		}
	}
	return built, nil
}

func askedPeerDown(header bmp.BMPPeerHeader, asked *message, session session) (*bmp.BMPMessage, error) {
	var event []byte
	if asked.FSMEvent != nil && *asked.FSMEvent != nil {
		event = binary.BigEndian.AppendUint16(nil, **asked.FSMEvent)
	}
	var held *bgp.BGPMessage
	if asked.PDU != nil {
		var err error
		if held, err = bgp.ParseBGPMessage(asked.PDU.Hex, session.options()...); err != nil {
			return nil, err
		}
	}
	return bmp.NewBMPPeerDownNotification(header, *asked.Reason, held, event, askedInformation(asked.TLVs)...), nil
}

func askedPeerUp(header bmp.BMPPeerHeader, asked *message, session session) (*bmp.BMPMessage, error) {
	address, err := askedAddress(asked.LocalAddress, header.PeerAddress.Is6())
	if err != nil {
		return nil, err
	}
	sent, err := askedOpen(asked.SentOpen.Hex, session)
	if err != nil {
		return nil, err
	}
	received, err := askedOpen(asked.ReceivedOpen.Hex, session)
	if err != nil {
		return nil, err
	}
	information := askedInformation(asked.TLVs)
	return bmp.NewBMPPeerUpNotification(
		header, address, *asked.LocalPort, *asked.RemotePort, sent, received, information...,
	), nil
}

func askedOpen(octets octets, session session) (*bgp.BGPMessage, error) {
	parsed, err := bgp.ParseBGPMessage(octets, session.options()...)
	if err != nil {
		return nil, err
	}
	for _, item := range capabilitiesOf(parsed) {
		if _, ok := item.(*bgp.CapMultiProtocol); ok && rawCapability(item)[reservedOffset] != 0 {
			return nil, untellable("a family has no reserved octet")
		}
	}
	return parsed, nil
}

func askedInformation(asked []tlv) []bmp.BMPInfoTLVInterface {
	built := make([]bmp.BMPInfoTLVInterface, 0, len(asked))
	for _, item := range asked {
		if _, ok := informationVariants[item.Type]; ok {
			built = append(built, bmp.NewBMPInfoTLVString(item.Type, string(item.Value)))
		} else {
			built = append(built, bmp.NewBMPInfoTLVUnknown(item.Type, item.Value))
		}
	}
	return built
}

func askedTermination(asked []tlv) []bmp.BMPTermTLVInterface {
	built := make([]bmp.BMPTermTLVInterface, 0, len(asked))
	for _, item := range asked {
		switch {
		case item.Type == bmp.BMP_TERM_TLV_TYPE_STRING:
			built = append(built, bmp.NewBMPTermTLVString(item.Type, string(item.Value)))
		case item.Type == bmp.BMP_TERM_TLV_TYPE_REASON && len(item.Value) == 2:
			built = append(built, bmp.NewBMPTermTLV16(item.Type, binary.BigEndian.Uint16(item.Value)))
		default:
			built = append(built, bmp.NewBMPTermTLVUnknown(item.Type, item.Value))
		}
	}
	return built
}

// askedMirroring mirrors octets as they are where the library takes them for no PDU: mirroring is for those too.
func askedMirroring(asked []tlv) []bmp.BMPRouteMirrTLVInterface {
	built := make([]bmp.BMPRouteMirrTLVInterface, 0, len(asked))
	for _, item := range asked {
		mirrored, err := bgp.ParseBGPMessage(item.Value)
		switch {
		case item.Type == bmp.BMP_ROUTE_MIRRORING_TLV_TYPE_BGP_MSG && err == nil:
			built = append(built, bmp.NewBMPRouteMirrTLVBGPMsg(item.Type, mirrored))
		case item.Type == bmp.BMP_ROUTE_MIRRORING_TLV_TYPE_INFO && len(item.Value) == 2:
			built = append(built, bmp.NewBMPRouteMirrTLV16(item.Type, binary.BigEndian.Uint16(item.Value)))
		default:
			built = append(built, bmp.NewBMPRouteMirrTLVUnknown(item.Type, item.Value))
		}
	}
	return built
}
