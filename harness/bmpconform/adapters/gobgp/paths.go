package main

import (
	"maps"
	"net/netip"

	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
	"github.com/osrg/gobgp/v4/pkg/packet/bmp"
)

// What tells the peers of a router apart: a Loc-RIB has no address, and is known by its BGP ID.
type peerKey struct {
	kind          uint8
	distinguisher uint64
	address       netip.Addr
}

// The OPENs of a peer, as far as path identifiers go.
type opens struct {
	sent, received map[bgp.Family]bgp.BGPAddPathMode
}

// What a collector remembers of the peers of one connection: the library leaves to it which families have path
// identifiers.
type peers map[peerKey]opens

func keyOf(header bmp.BMPPeerHeader) peerKey {
	if header.PeerType == bmp.BMP_PEER_TYPE_LOCAL_RIB {
		return peerKey{header.PeerType, header.PeerDistinguisher, header.PeerBGPID}
	}
	return peerKey{header.PeerType, header.PeerDistinguisher, header.PeerAddress}
}

// read has the library read one message of the connection.
func (p peers) read(frame []byte) *answer {
	var about session
	parsed, err := bmp.ParseBMPMessageWithOptions(frame, func(header bmp.BMPPeerHeader) []*bgp.MarshallingOption {
		about = p.session(header)
		return about.options()
	})
	if err != nil {
		return unread(err)
	}
	switch body := parsed.Body.(type) {
	case *bmp.BMPPeerUpNotification:
		p.up(parsed.PeerHeader, opens{addPath(body.SentOpenMsg), addPath(body.ReceivedOpenMsg)})
	case *bmp.BMPPeerDownNotification:
		delete(p, keyOf(parsed.PeerHeader))
	}
	return shown(parsed, about)
}

// up keeps the OPENs of a peer; a Loc-RIB may come up more than once, for a family each (RFC 9069 section 6.1.1).
func (p peers) up(header bmp.BMPPeerHeader, said opens) {
	if known, ok := p[keyOf(header)]; ok && header.PeerType == bmp.BMP_PEER_TYPE_LOCAL_RIB {
		maps.Copy(said.sent, known.sent)
		maps.Copy(said.received, known.received)
	}
	p[keyOf(header)] = said
}

// session says which families have path identifiers in the view that a header is about: where the end that sends the
// routes may send them and the other takes them (RFC 7911 section 4), in a Loc-RIB where either OPEN names the family.
func (p peers) session(header bmp.BMPPeerHeader) session {
	known, said := p[keyOf(header)], session{}
	if header.PeerType == bmp.BMP_PEER_TYPE_LOCAL_RIB {
		for family := range known.sent {
			said.add(family)
		}
		for family := range known.received {
			said.add(family)
		}
		return said
	}
	from, to := known.received, known.sent
	if header.IsAdjRIBOut() {
		from, to = to, from
	}
	for family, mode := range from {
		if mode&bgp.BGP_ADD_PATH_SEND != 0 && to[family]&bgp.BGP_ADD_PATH_RECEIVE != 0 {
			said.add(family)
		}
	}
	return said
}

// addPath gives the families for which an OPEN names a direction of RFC 7911; others are not understood.
func addPath(message *bgp.BGPMessage) map[bgp.Family]bgp.BGPAddPathMode {
	said := map[bgp.Family]bgp.BGPAddPathMode{}
	for _, capability := range capabilitiesOf(message) {
		if paths, ok := capability.(*bgp.CapAddPath); ok {
			for _, tuple := range paths.Tuples {
				if bgp.BGP_ADD_PATH_NONE < tuple.Mode && tuple.Mode <= bgp.BGP_ADD_PATH_BOTH {
					said[tuple.Family] = tuple.Mode
				}
			}
		}
	}
	return said
}

// capabilitiesOf gives the capabilities of all parameters of an OPEN.
func capabilitiesOf(message *bgp.BGPMessage) []bgp.ParameterCapabilityInterface {
	open, ok := message.Body.(*bgp.BGPOpen)
	if !ok {
		return nil
	}
	held := []bgp.ParameterCapabilityInterface{}
	for _, parameter := range open.OptParams {
		if parameter, ok := parameter.(*bgp.OptionParameterCapability); ok {
			held = append(held, parameter.Capability...)
		}
	}
	return held
}
