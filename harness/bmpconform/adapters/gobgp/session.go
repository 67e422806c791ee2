package main

import (
	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/osrg/gobgp/v4/pkg/packet/bmp"
)

// What a request says about the BGP session behind a message.
type session struct {
	AddPath [][2]uint16 `json:"add_path"`
	ASWidth uint8       `json:"as_width"`
}

func (s session) isGiven() bool {
	return len(s.AddPath) > 0 || s.ASWidth != 0
}

func (s *session) add(family bgp.Family) {
	s.AddPath = append(s.AddPath, [2]uint16{family.Afi(), uint16(family.Safi())})
}

func (s session) hasPaths(family bgp.Family) bool {
	for _, pair := range s.AddPath {
		if family == bgp.NewFamily(pair[0], uint8(pair[1])) {
			return true
		}
	}
	return false
}

// options says the same to the library; none where nothing is given, so that its defaults are what is tested.
func (s session) options() []*bgp.MarshallingOption {
	if !s.isGiven() {
		return nil
	}
	option := &bgp.MarshallingOption{AddPath: map[bgp.Family]bgp.BGPAddPathMode{}, Use2ByteAS: s.ASWidth == 2}
	for _, pair := range s.AddPath {
		option.AddPath[bgp.NewFamily(pair[0], uint8(pair[1]))] = bgp.BGP_ADD_PATH_BOTH
	}
	return []*bgp.MarshallingOption{option}
}

// parse has the library read one message.
func (s session) parse(octets []byte) (*bmp.BMPMessage, error) {
	if !s.isGiven() {
		return bmp.ParseBMPMessage(octets)
	}
	return bmp.ParseBMPMessageWithOptions(octets, func(bmp.BMPPeerHeader) []*bgp.MarshallingOption {
		return s.options()
	})
}
