package main

// What your library makes of a frame. This file is yours.
//
// As it stands it decodes Initiation by hand, so that the adapter runs before anything is written. Put calls of your
// own library in its place, type of message by type of message, and declare each in capabilities.

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

const (
	name    = "my-library"
	version = "0.1.0"
	url     = ""
)

// Only what is declared here is scored. Depth, by type of message: 0 says only whether a frame is accepted, 1 shows
// version, type and length, 2 peer, ports, addresses, reason and count, 3 the TLVs and statistics. BGP is how much is
// shown of BGP PDUs: "none", "raw" (their octets) or "parsed". Declare "encode" and "stream" once they are written.
var capabilities = Capabilities{
	Ops:   []string{"decode"},
	Depth: map[string]int{"4": 3},
	BGP:   "none",
}

// Reject is the error for octets that the library refuses: a stable name for its error, and a sentence for people.
type Reject struct{ Name, Reason string }

func (r Reject) Error() string { return r.Name + ": " + r.Reason }

// Unsupported is the error for what the library does not have. It is no failure, as long as it is not declared.
type Unsupported string

func (u Unsupported) Error() string { return string(u) }

// Message is the neutral form of an Initiation. Other types have other keys, and at the declared depth each is there.
type Message struct {
	Version int    `json:"version"`
	Type    int    `json:"type"`
	Length  int    `json:"length"`
	TLVs    []TLV  `json:"tlvs"`
	Rest    string `json:"rest"`
}

// TLV holds its value in hex. Meaning is what *your library* calls it, not what the number should mean: that the right
// name is known is part of the test. It is null where the library has no names, and Name is that name, or null.
type TLV struct {
	Type    int     `json:"type"`
	Value   string  `json:"value"`
	Meaning *string `json:"meaning"`
	Name    *string `json:"name"`
}

const (
	headerOctets    = 6
	tlvHeaderOctets = 4
	version3        = 3
	initiation      = 4
)

var initiationMeanings = map[int]string{0: "string", 1: "sys_descr", 2: "sys_name"}

// decode returns what one frame says and how many of its octets were read. It fails with Reject where your library
// refuses it, with Unsupported where it has no such thing. Any other error is a refusal too, named by its type; a panic
// counts as a crash. session says what the OPENs of the peer agreed on, nil for nothing; a library that cannot be told
// it says Unsupported.
func decode(frame []byte, session json.RawMessage) (any, int, error) {
	if session != nil {
		return nil, 0, Unsupported("cannot be told what was agreed on in the session")
	}
	if len(frame) < headerOctets {
		return nil, 0, Reject{"header-cut", fmt.Sprintf("a common header has 6 octets, here are %d", len(frame))}
	}
	if frame[0] != version3 {
		return nil, 0, Reject{"wrong-version", fmt.Sprintf("version %d", frame[0])}
	}
	length := int64(binary.BigEndian.Uint32(frame[1:]))
	if length < headerOctets || length > int64(len(frame)) {
		return nil, 0, Reject{"wrong-length", fmt.Sprintf("the length is %d, and there are %d octets", length, len(frame))}
	}
	if frame[5] != initiation {
		return nil, 0, Unsupported(fmt.Sprintf("type %d is not decoded yet", frame[5]))
	}
	tlvs, err := decodeTLVs(frame[headerOctets:length])
	if err != nil {
		return nil, 0, err
	}
	return Message{Version: version3, Type: initiation, Length: int(length), TLVs: tlvs}, int(length), nil
}

// decodeTLVs returns the TLVs of an Initiation. A value is as long as its length says: a NUL in it is an octet like
// others.
func decodeTLVs(octets []byte) ([]TLV, error) {
	tlvs := []TLV{}
	for len(octets) > 0 {
		if len(octets) < tlvHeaderOctets {
			return nil, Reject{"tlv-cut", fmt.Sprintf("a TLV has 4 octets or more, here are %d", len(octets))}
		}
		kind, length := int(binary.BigEndian.Uint16(octets)), int(binary.BigEndian.Uint16(octets[2:]))
		octets = octets[tlvHeaderOctets:]
		if length > len(octets) {
			return nil, Reject{"tlv-cut", fmt.Sprintf("a value of %d octets, of which %d are there", length, len(octets))}
		}
		meaning, known := initiationMeanings[kind]
		if !known {
			meaning = "unknown"
		}
		tlvs = append(tlvs, TLV{Type: kind, Value: hex.EncodeToString(octets[:length]), Meaning: &meaning})
		octets = octets[length:]
	}
	return tlvs, nil
}

// encode returns the frame that a message in the neutral form asks for. Declare "encode" once your library is called.
func encode(message, session json.RawMessage) ([]byte, error) {
	return nil, Unsupported("encode is not written yet")
}

// stream returns what the next octets of a connection bring. Declare "stream" once your library is called. There is
// an item for each message, its status "ok", "reject" or "skipped", its offset from the start of the connection; Left
// octets wait for more, and Closed says that a station would now close. Without more the connection ended.
func stream(octets []byte, more bool) (*Pieces, error) {
	return nil, Unsupported("stream is not written yet")
}

// reset forgets the connection: the next stream is the start of another one.
func reset() {}
