package main

import "github.com/osrg/gobgp/v4/pkg/packet/bmp"

type item struct {
	Offset  int      `json:"offset"`
	Status  string   `json:"status"`
	Message *message `json:"message,omitzero"`
	Error   string   `json:"error,omitzero"`
}

// A connection is cut by the library's bufio.SplitFunc, called as bufio.Scanner would.
type connection struct {
	waiting []byte
	offset  int
	closed  bool
}

func (c *connection) reset() {
	*c = connection{}
}

func (c *connection) take(octets []byte, more bool) *answer {
	c.waiting = append(c.waiting, octets...)
	items := []item{}
	for !c.closed {
		advance, frame, err := bmp.SplitBMP(c.waiting, !more)
		if err != nil {
			items = append(items, item{Offset: c.offset, Status: "reject", Error: errorName(err)})
			c.closed = true
			break
		}
		if frame == nil {
			break
		}
		items = append(items, c.read(advance, frame))
	}
	left := len(c.waiting)
	return &answer{Status: "ok", Items: &items, Left: &left, Closed: &c.closed}
}

func (c *connection) read(advance int, frame []byte) item {
	place := c.offset
	if advance == 0 {
		// bufio.Scanner gives such tokens without end, and at the end of input panics after a hundred of them.
		c.closed = true
		return item{Offset: place, Status: "panic", Error: "too many empty tokens without progressing"}
	}
	got := guarded(func() *answer { return decode(frame, session{}) })
	c.waiting, c.offset = c.waiting[advance:], place+advance
	if got.Status == "unsupported" {
		return item{Offset: place, Status: "skipped"}
	}
	return item{Offset: place, Status: got.Status, Message: got.Message, Error: got.Error}
}
