package main

import (
	"net"
	"net/http"
	"testing"
)

// wire is a connection that only knows whether it was closed.
type wire struct {
	net.Conn
	closed bool
}

func (w *wire) Close() error { w.closed = true; return nil }

func TestOneConnectionTooManyClosesTheQuietest(t *testing.T) {
	tests := []struct {
		name   string
		states [][]http.ConnState // of the first three connections, in order
		want   []bool             // which of them, and the fourth, are closed when the fourth comes
	}{
		{"all new: the oldest goes", [][]http.ConnState{{}, {}, {}}, []bool{true, false, false, false}},
		{"one with a request stays", [][]http.ConnState{{http.StateActive}, {}, {}}, []bool{false, true, false, false}},
		{"idle again counts from then", [][]http.ConnState{{http.StateActive, http.StateIdle}, {}, {}}, []bool{false, true, false, false}},
		{"all with a request: the new one goes", [][]http.ConnState{{http.StateActive}, {http.StateActive}, {http.StateActive}}, []bool{false, false, false, true}},
		{"one has left: nobody goes", [][]http.ConnState{{}, {http.StateActive, http.StateClosed}, {}}, []bool{false, false, false, false}},
		{"one was taken over by its handler", [][]http.ConnState{{http.StateActive, http.StateHijacked}, {}, {}}, []bool{false, false, false, false}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, wires := newConnections(3), []*wire{{}, {}, {}, {}}
			for _, w := range wires[:3] {
				c.changed(w, http.StateNew)
			}
			for i, states := range tt.states {
				for _, s := range states {
					c.changed(wires[i], s)
				}
			}
			c.changed(wires[3], http.StateNew)
			for i, w := range wires {
				if w.closed != tt.want[i] {
					t.Errorf("connection %d closed: got %v, want %v", i+1, w.closed, tt.want[i])
				}
			}
		})
	}
}

// A connection that was refused must not count when it says that it is closed, or is late.
func TestARefusedConnectionIsForgotten(t *testing.T) {
	c, a, b := newConnections(1), &wire{}, &wire{}
	c.changed(a, http.StateNew)
	c.changed(a, http.StateActive)
	c.changed(b, http.StateNew)
	c.changed(b, http.StateActive)
	c.changed(b, http.StateClosed)
	if !b.closed || a.closed || len(c.quiet) != 1 {
		t.Errorf("got first closed %v, second %v, %d known, want only the second closed", a.closed, b.closed, len(c.quiet))
	}
}
