package hook

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// errNotPublic says that a name or an address leads to nothing public.
var errNotPublic = errors.New("no public address")

const (
	dialTime   = 5 * time.Second
	headerSize = 16 << 10
	// maxDials is how many of a name's addresses are tried.
	maxDials = 3
)

// Guard connects to public addresses alone.
type Guard struct {
	// Lookup resolves a name; net.DefaultResolver's when nil.
	Lookup func(ctx context.Context, network, host string) ([]netip.Addr, error)
	// Dial connects to an address, never a name; a net.Dialer's when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// TLS is for tests; nil for the system's certificates.
	TLS *tls.Config
}

// client is a client that can reach nothing but public addresses over https.
func (g *Guard) client() *http.Client {
	return &http.Client{
		Timeout:       whole,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: nil, DialContext: g.dial, TLSClientConfig: g.TLS, TLSHandshakeTimeout: dialTime,
			ResponseHeaderTimeout: whole, MaxResponseHeaderBytes: headerSize,
			MaxIdleConnsPerHost: 1, IdleConnTimeout: 30 * time.Second, ForceAttemptHTTP2: true,
		},
	}
}

// dial resolves a name once and connects to one of its public addresses, so that what is
// checked is what is dialled. Others are left out: where IPv6 is made from IPv4 (DNS64) a
// name has both.
func (g *Guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("read a webhook's address: %w", errNotPublic)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("read a webhook's port: %w", errNotPublic)
	}
	ips, err := g.resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	failed := errNotPublic
	tried := 0
	for _, ip := range ips {
		if tried == maxDials || !Public(ip) {
			continue
		}
		tried++
		conn, err := g.connect(ctx, network, netip.AddrPortFrom(ip.Unmap(), uint16(number)).String())
		if err == nil {
			return conn, nil
		}
		failed = err
	}
	return nil, failed
}

func (g *Guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{ip}, nil
	}
	if g.Lookup != nil {
		return g.Lookup(ctx, "ip", host)
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

func (g *Guard) connect(ctx context.Context, network, address string) (net.Conn, error) {
	if g.Dial != nil {
		return g.Dial(ctx, network, address)
	}
	d := net.Dialer{Timeout: dialTime, Control: control}
	return d.DialContext(ctx, network, address)
}

// control is the last look, at the address that the system is about to connect to.
func control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !Public(at.Addr()) {
		return errNotPublic
	}
	return nil
}
