package main

import (
	"net"
	"net/http"
	"sync"
)

// connections keeps the number of open connections bounded. When one too many comes,
// the one that has been quiet longest (nothing of a request is there) makes way; when
// none is quiet, the new one does. Those with a request are bounded by time.
type connections struct {
	most int

	mu    sync.Mutex
	turn  uint64
	quiet map[net.Conn]uint64 // since which turn; 0 for a connection with a request
}

func newConnections(most int) *connections {
	return &connections{most: most, quiet: map[net.Conn]uint64{}}
}

// changed is told by the server of every connection.
func (c *connections) changed(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		if len(c.quiet) >= c.most && !c.evict() {
			_ = conn.Close()
			return
		}
		fallthrough
	case http.StateIdle:
		c.turn++
		c.quiet[conn] = c.turn
	case http.StateActive:
		if _, known := c.quiet[conn]; known {
			c.quiet[conn] = 0
		}
	case http.StateClosed, http.StateHijacked:
		delete(c.quiet, conn)
	}
}

// evict closes the connection that has been quiet longest, if there is one.
func (c *connections) evict() bool {
	var longest net.Conn
	for conn, since := range c.quiet {
		if since > 0 && (longest == nil || since < c.quiet[longest]) {
			longest = conn
		}
	}
	if longest == nil {
		return false
	}
	delete(c.quiet, longest)
	_ = longest.Close()
	return true
}
