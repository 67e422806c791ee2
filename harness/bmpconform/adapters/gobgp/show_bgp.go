package main

import (
	"reflect"

	"github.com/osrg/gobgp/v4/pkg/packet/bgp"
)

func showOpen(from *bgp.BGPOpen) *open {
	shown := &open{
		Version:    from.Version,
		MyAS:       from.MyAS,
		HoldTime:   from.HoldTime,
		BGPID:      from.ID.AsSlice(),
		Parameters: make([]parameter, 0, len(from.OptParams)),
	}
	for _, option := range from.OptParams {
		switch option := option.(type) {
		case *bgp.OptionParameterCapability:
			held := showCapabilities(option.Capability)
			shown.Parameters = append(shown.Parameters, parameter{Type: option.ParamType, Capabilities: held})
		case *bgp.OptionParameterUnknown:
			shown.Parameters = append(shown.Parameters, parameter{Type: option.ParamType, Value: present(option.Value)})
		}
	}
	return shown
}

func showCapabilities(from []bgp.ParameterCapabilityInterface) []capability {
	shown := make([]capability, 0, len(from))
	for _, item := range from {
		shown = append(shown, capability{uint8(item.Code()), rawCapability(item)})
	}
	return shown
}

// rawCapability gives the octets that each of the library's capabilities keeps, under what it makes of them. It
// reflects because no method of theirs shows them: Serialize writes from the parts.
func rawCapability(item bgp.ParameterCapabilityInterface) octets {
	held := reflect.ValueOf(item).Elem()
	base, ok := held.FieldByName("DefaultParameterCapability").Interface().(bgp.DefaultParameterCapability)
	if !ok {
		return nil
	}
	return present(base.CapValue)
}

func showUpdate(from *bgp.BGPUpdate, session session) *update {
	withPaths := session.hasPaths(bgp.RF_IPv4_UC)
	shown := &update{
		Withdrawn:  showPrefixes(from.WithdrawnRoutes, withPaths),
		Attributes: make([]attribute, 0, len(from.PathAttributes)),
		NLRI:       showPrefixes(from.NLRI, withPaths),
		ASPath:     []segment{},
	}
	shown.Reach = appendRoutes([]route{}, shown.NLRI, bgp.RF_IPv4_UC)
	shown.Unreach = appendRoutes([]route{}, shown.Withdrawn, bgp.RF_IPv4_UC)
	for _, held := range from.PathAttributes {
		item := attribute{Flags: uint8(held.GetFlags()), Type: uint8(held.GetType())}
		switch held := held.(type) {
		case *bgp.PathAttributeMpReachNLRI:
			shown.Reach = appendMultiprotocol(shown.Reach, held.Value, bgp.NewFamily(held.AFI, held.SAFI), session)
		case *bgp.PathAttributeMpUnreachNLRI:
			shown.Unreach = appendMultiprotocol(shown.Unreach, held.Value, bgp.NewFamily(held.AFI, held.SAFI), session)
		case *bgp.PathAttributeAsPath:
			shown.ASWidth, shown.ASPath = showASPath(held.Value)
		default:
			item.Value = rawAttribute(held)
		}
		shown.Attributes = append(shown.Attributes, item)
	}
	return shown
}

// rawAttribute gives an attribute's value as the library writes it, which is all that its attributes have in common.
func rawAttribute(held bgp.PathAttributeInterface) octets {
	written, err := held.Serialize()
	if err != nil {
		return nil
	}
	header := 3
	if bgp.BGPAttrFlag(written[0])&bgp.BGP_ATTR_FLAG_EXTENDED_LENGTH != 0 {
		header = 4
	}
	return written[header:]
}

func showASPath(from []bgp.AsPathParamInterface) (*uint8, []segment) {
	var width *uint8
	shown := make([]segment, 0, len(from))
	for _, held := range from {
		octets := uint8(2)
		if _, ok := held.(*bgp.As4PathParam); ok {
			octets = 4
		}
		width = &octets
		shown = append(shown, segment{held.GetType(), held.GetAS()})
	}
	return width, shown
}

// appendMultiprotocol leaves out the families that the neutral form does not show.
func appendMultiprotocol(routes []route, from []bgp.PathNLRI, family bgp.Family, session session) []route {
	switch family {
	case bgp.RF_IPv4_UC, bgp.RF_IPv4_MPLS, bgp.RF_IPv4_VPN, bgp.RF_IPv6_UC, bgp.RF_IPv6_MPLS, bgp.RF_IPv6_VPN:
		return appendRoutes(routes, showPrefixes(from, session.hasPaths(family)), family)
	}
	return routes
}

func appendRoutes(routes []route, prefixes []prefix, family bgp.Family) []route {
	for _, held := range prefixes {
		routes = append(routes, route{held, family.Afi(), family.Safi()})
	}
	return routes
}

// showPrefixes gives the prefixes as the library writes them: one octet for the length in bits, then the
// rest. One that it cannot write is null.
func showPrefixes(from []bgp.PathNLRI, withPaths bool) []prefix {
	shown := make([]prefix, 0, len(from))
	for _, held := range from {
		item := prefix{}
		if written, err := held.NLRI.Serialize(); err == nil {
			item = prefix{Bits: written[0], Prefix: written[1:]}
		}
		if withPaths {
			item.PathID = &held.ID
		}
		shown = append(shown, item)
	}
	return shown
}
