package main

import (
	"encoding/binary"
	"math"
	"net/netip"
	"strconv"

	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/osrg/gobgp/v4/pkg/packet/bmp"
)

const fsmEventOctets = 2

// The library has one list of information TLVs, for Initiation, Peer Up and Peer Down alike.
var informationVariants = map[uint16]variant{
	bmp.BMP_INIT_TLV_TYPE_STRING:         {"string", "BMP_INIT_TLV_TYPE_STRING"},
	bmp.BMP_INIT_TLV_TYPE_SYS_DESCR:      {"sys_descr", "BMP_INIT_TLV_TYPE_SYS_DESCR"},
	bmp.BMP_INIT_TLV_TYPE_SYS_NAME:       {"sys_name", "BMP_INIT_TLV_TYPE_SYS_NAME"},
	bmp.BMP_INIT_TLV_TYPE_VRF_TABLE_NAME: {"vrf_table_name", "BMP_INIT_TLV_TYPE_VRF_TABLE_NAME"},
}

// showMessage gives what the library understood of a message. Octets behind the last field are not among it.
func showMessage(from *bmp.BMPMessage, session session) *message {
	shown := &message{Version: from.Header.Version, Type: from.Header.Type, Length: from.Header.Length}
	switch body := from.Body.(type) {
	case *bmp.BMPInitiation:
		shown.TLVs = showInformation(body.Info)
		return shown
	case *bmp.BMPTermination:
		shown.TLVs = showTermination(body.Info)
		return shown
	case *bmp.BMPRouteMonitoring:
		shown.PDU = showPDU(body.BGPUpdate, session)
	case *bmp.BMPStatisticsReport:
		shown.Count, shown.Statistics = &body.Count, showStatistics(body.Stats)
	case *bmp.BMPPeerDownNotification:
		showPeerDown(shown, body, session)
	case *bmp.BMPPeerUpNotification:
		showPeerUp(shown, body, session)
	case *bmp.BMPRouteMirroring:
		shown.TLVs = showMirroring(body.Info, session)
	}
	shown.Peer = showPeer(&from.PeerHeader)
	return shown
}

func showPeer(from *bmp.BMPPeerHeader) *peer {
	seconds, fraction := math.Modf(from.Timestamp)
	return &peer{
		Type:          from.PeerType,
		Flags:         from.Flags,
		Distinguisher: binary.BigEndian.AppendUint64(nil, from.PeerDistinguisher),
		Address:       showAddress(from.PeerAddress),
		ASN:           from.PeerAS,
		BGPID:         from.PeerBGPID.AsSlice(),
		Seconds:       uint32(seconds),
		Microseconds:  uint32(math.Round(fraction * microsecondsPerSecond)),
	}
}

// showAddress gives 16 octets, an IPv4 address in the last four; nil for the address that the library leaves out.
func showAddress(address netip.Addr) octets {
	if !address.IsValid() {
		return nil
	}
	shown := make(octets, 16)
	plain := address.AsSlice()
	copy(shown[len(shown)-len(plain):], plain)
	return shown
}

func showPeerUp(shown *message, body *bmp.BMPPeerUpNotification, session session) {
	shown.LocalAddress = showAddress(body.LocalAddress)
	shown.LocalPort, shown.RemotePort = &body.LocalPort, &body.RemotePort
	shown.SentOpen = showPDU(body.SentOpenMsg, session)
	shown.ReceivedOpen = showPDU(body.ReceivedOpenMsg, session)
	shown.TLVs = showInformation(body.Info)
}

// showPeerDown parts what the library keeps of most reasons as mere data.
func showPeerDown(shown *message, body *bmp.BMPPeerDownNotification, session session) {
	shown.Reason = &body.Reason
	switch body.Reason {
	case bmp.BMP_PEER_DOWN_REASON_LOCAL_BGP_NOTIFICATION, bmp.BMP_PEER_DOWN_REASON_REMOTE_BGP_NOTIFICATION:
		shown.PDU = showPDU(body.BGPNotification, session)
	case bmp.BMP_PEER_DOWN_REASON_TLV_FOLLOWS:
		shown.TLVs = showInformation(body.Info)
	case bmp.BMP_PEER_DOWN_REASON_LOCAL_NO_NOTIFICATION:
		var event *uint16
		shown.FSMEvent = &event
		if len(body.Data) >= fsmEventOctets {
			number := binary.BigEndian.Uint16(body.Data)
			event = &number
			shown.Rest = present(body.Data[fsmEventOctets:])
		}
	default:
		shown.Rest = present(body.Data)
	}
}

func showInformation(from []bmp.BMPInfoTLVInterface) []tlv {
	shown := make([]tlv, 0, len(from))
	for _, item := range from {
		switch item := item.(type) {
		case *bmp.BMPInfoTLVString:
			shown = append(shown, tlv{item.Type, octets(item.Value), informationVariants[item.Type], nil})
		case *bmp.BMPInfoTLVUnknown:
			shown = append(shown, tlv{item.Type, present(item.Value), variant{"unknown", "BMPInfoTLVUnknown"}, nil})
		}
	}
	return shown
}

func showTermination(from []bmp.BMPTermTLVInterface) []tlv {
	shown := make([]tlv, 0, len(from))
	for _, item := range from {
		switch item := item.(type) {
		case *bmp.BMPTermTLVString:
			shown = append(shown, tlv{item.Type, octets(item.Value), variant{"string", "BMPTermTLVString"}, nil})
		case *bmp.BMPTermTLV16:
			value := binary.BigEndian.AppendUint16(nil, item.Value)
			shown = append(shown, tlv{item.Type, value, variant{"reason", "BMP_TERM_TLV_TYPE_REASON"}, nil})
		case *bmp.BMPTermTLVUnknown:
			shown = append(shown, tlv{item.Type, present(item.Value), variant{"unknown", "BMPTermTLVUnknown"}, nil})
		}
	}
	return shown
}

// showMirroring has no octets of a mirrored PDU, because the library keeps it parsed.
func showMirroring(from []bmp.BMPRouteMirrTLVInterface, session session) []tlv {
	shown := make([]tlv, 0, len(from))
	for _, item := range from {
		switch item := item.(type) {
		case *bmp.BMPRouteMirrTLVBGPMsg:
			mirrored := showPDU(item.Value, session)
			shown = append(shown, tlv{item.Type, nil, variant{"bgp_message", "BMPRouteMirrTLVBGPMsg"}, mirrored})
		case *bmp.BMPRouteMirrTLV16:
			value := binary.BigEndian.AppendUint16(nil, item.Value)
			shown = append(shown, tlv{item.Type, value, variant{"mirroring_code", "BMP_ROUTE_MIRRORING_TLV_TYPE_INFO"}, nil})
		case *bmp.BMPRouteMirrTLVUnknown:
			shown = append(shown, tlv{item.Type, present(item.Value), variant{"unknown", "BMPRouteMirrTLVUnknown"}, nil})
		}
	}
	return shown
}

func showStatistics(from []bmp.BMPStatsTLVInterface) []statistic {
	shown := make([]statistic, 0, len(from))
	for _, item := range from {
		switch item := item.(type) {
		case *bmp.BMPStatsTLV32:
			shown = append(shown, statistic{Type: item.Type, Value: strconv.FormatUint(uint64(item.Value), 10)})
		case *bmp.BMPStatsTLV64:
			shown = append(shown, statistic{Type: item.Type, Value: strconv.FormatUint(item.Value, 10)})
		case *bmp.BMPStatsTLVPerAfiSafi64:
			value := strconv.FormatUint(item.Value, 10)
			shown = append(shown, statistic{item.Type, nil, value, &item.AFI, &item.SAFI})
		}
	}
	return shown
}

func showPDU(from *bgp.BGPMessage, session session) *pdu {
	shown := &pdu{Type: from.Header.Type}
	switch body := from.Body.(type) {
	case *bgp.BGPOpen:
		shown.Open = showOpen(body)
	case *bgp.BGPUpdate:
		shown.Update = showUpdate(body, session)
	case *bgp.BGPNotification:
		shown.Notification = &notification{body.ErrorCode, body.ErrorSubcode, present(body.Data)}
	case *bgp.BGPRouteRefresh:
		shown.RouteRefresh = &routeRefresh{body.AFI, body.Demarcation, body.SAFI, nil}
	}
	return shown
}
