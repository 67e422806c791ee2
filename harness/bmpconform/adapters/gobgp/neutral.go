package main

import (
	"encoding/hex"
	"encoding/json"
)

// The neutral form of a message, for answers and for encode requests. A nil slice of octets and a nil pointer without
// omitzero are null: the library does not show it. What is omitted where it is zero does not belong to every message.
type message struct {
	Version      uint8       `json:"version"`
	Type         uint8       `json:"type"`
	Length       uint32      `json:"length"`
	Peer         *peer       `json:"peer,omitzero"`
	PDU          *pdu        `json:"pdu,omitzero"`
	Count        *uint32     `json:"count,omitzero"`
	Statistics   []statistic `json:"statistics,omitzero"`
	Reason       *uint8      `json:"reason,omitzero"`
	FSMEvent     **uint16    `json:"fsm_event,omitzero"` // a pointer to nil is null
	LocalAddress octets      `json:"local_address,omitzero"`
	LocalPort    *uint16     `json:"local_port,omitzero"`
	RemotePort   *uint16     `json:"remote_port,omitzero"`
	SentOpen     *pdu        `json:"sent_open,omitzero"`
	ReceivedOpen *pdu        `json:"received_open,omitzero"`
	TLVs         []tlv       `json:"tlvs,omitzero"`
	Rest         octets      `json:"rest"`
}

type peer struct {
	Type          uint8  `json:"type"`
	Flags         uint8  `json:"flags"`
	Distinguisher octets `json:"distinguisher"`
	Address       octets `json:"address"`
	ASN           uint32 `json:"asn"`
	BGPID         octets `json:"bgp_id"`
	Seconds       uint32 `json:"seconds"`
	Microseconds  uint32 `json:"microseconds"`
}

type tlv struct {
	Type  uint16 `json:"type"`
	Value octets `json:"value"`
	variant
	PDU *pdu `json:"pdu,omitzero"`
}

// What the library took a TLV for: the meaning, and its own name for it.
type variant struct {
	Meaning string `json:"meaning"`
	Name    string `json:"name"`
}

type statistic struct {
	Type  uint16  `json:"type"`
	Data  octets  `json:"data"`
	Value string  `json:"value"`
	AFI   *uint16 `json:"afi,omitzero"`
	SAFI  *uint8  `json:"safi,omitzero"`
}

type pdu struct {
	Type         uint8         `json:"type"`
	Hex          octets        `json:"hex"`
	Open         *open         `json:"open,omitzero"`
	Update       *update       `json:"update,omitzero"`
	Notification *notification `json:"notification,omitzero"`
	RouteRefresh *routeRefresh `json:"route_refresh,omitzero"`
}

type open struct {
	Version    uint8       `json:"version"`
	MyAS       uint16      `json:"my_as"`
	HoldTime   uint16      `json:"hold_time"`
	BGPID      octets      `json:"bgp_id"`
	Extended   *uint8      `json:"extended"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type         uint8        `json:"type"`
	Capabilities []capability `json:"capabilities,omitzero"`
	Value        octets       `json:"value,omitzero"`
}

type capability struct {
	Code  uint8  `json:"code"`
	Value octets `json:"value"`
}

type update struct {
	ASWidth    *uint8      `json:"as_width"`
	Withdrawn  []prefix    `json:"withdrawn"`
	Attributes []attribute `json:"attributes"`
	NLRI       []prefix    `json:"nlri"`
	Reach      []route     `json:"reach"`
	Unreach    []route     `json:"unreach"`
	ASPath     []segment   `json:"as_path"`
}

type prefix struct {
	Bits   uint8   `json:"bits"`
	Prefix octets  `json:"prefix"`
	PathID *uint32 `json:"path_id,omitzero"`
}

type route struct {
	prefix
	AFI  uint16 `json:"afi"`
	SAFI uint8  `json:"safi"`
}

type attribute struct {
	Flags uint8  `json:"flags"`
	Type  uint8  `json:"type"`
	Value octets `json:"value"`
}

type segment struct {
	Segment uint8    `json:"segment"`
	ASNs    []uint32 `json:"asns"`
}

type notification struct {
	Code    uint8  `json:"code"`
	Subcode uint8  `json:"subcode"`
	Data    octets `json:"data"`
}

type routeRefresh struct {
	AFI     uint16 `json:"afi"`
	Subtype uint8  `json:"subtype"`
	SAFI    uint8  `json:"safi"`
	Data    octets `json:"data"`
}

// Octets are lower-case hex; nil is null.
type octets []byte

func (o octets) MarshalJSON() ([]byte, error) {
	if o == nil {
		return []byte("null"), nil
	}
	text := make([]byte, 1, 2+hex.EncodedLen(len(o)))
	text[0] = '"'
	return append(hex.AppendEncode(text, o), '"'), nil
}

func (o *octets) UnmarshalJSON(text []byte) error {
	var digits *string
	if err := json.Unmarshal(text, &digits); err != nil || digits == nil {
		return err
	}
	decoded, err := hex.DecodeString(*digits)
	*o = decoded
	return err
}

// present tells an empty field of the wire from one that the library does not show.
func present(value []byte) octets {
	if value == nil {
		return octets{}
	}
	return value
}
