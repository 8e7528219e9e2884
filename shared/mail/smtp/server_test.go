package smtp_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"
)

// server is a small mail server on loopback. It writes down what it is told.
type server struct {
	cert     *tls.Certificate // offers STARTTLS, or speaks TLS from the start
	implicit bool
	ways     string            // AUTH mechanisms it offers
	answers  map[string]string // its answer to a command, instead of yes
	hangs    string            // the command after which it says nothing more

	heard []string
	mail  string
	done  chan struct{}
}

// start serves one connection and returns the address.
func (s *server) start(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.done = make(chan struct{})
	t.Cleanup(func() { l.Close(); <-s.done })
	go func() {
		defer close(s.done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { conn.Close() }()
		if s.implicit {
			conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*s.cert}})
		}
		s.serve(conn)
	}()
	return l.Addr().String()
}

func (s *server) serve(conn net.Conn) {
	r := bufio.NewReader(conn)
	fmt.Fprint(conn, "220 mail.example.com ESMTP\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.heard = append(s.heard, line)
		word := strings.ToUpper(strings.Fields(line + " ?")[0])
		if word == s.hangs {
			_, _ = io.Copy(io.Discard, r)
			return
		}
		answer := s.answers[word]
		if answer == "" {
			answer = s.yes(word, r)
		}
		fmt.Fprint(conn, answer+"\r\n")
		if word == "STARTTLS" && strings.HasPrefix(answer, "220") {
			conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*s.cert}})
			r = bufio.NewReader(conn)
		}
		if word == "DATA" && strings.HasPrefix(answer, "354") {
			s.mail = message(r)
			fmt.Fprint(conn, orElse(s.answers["."], "250 queued")+"\r\n")
		}
	}
}

func (s *server) yes(word string, r *bufio.Reader) string {
	switch word {
	case "EHLO":
		lines := []string{"250-mail.example.com"}
		if s.cert != nil && !s.implicit {
			lines = append(lines, "250-STARTTLS")
		}
		if s.ways != "" {
			lines = append(lines, "250-AUTH "+s.ways)
		}
		return strings.Join(append(lines, "250 8BITMIME"), "\r\n")
	case "STARTTLS":
		return "220 go ahead"
	case "AUTH":
		return "235 welcome"
	case "DATA":
		return "354 go on"
	case "QUIT":
		return "221 bye"
	}
	return "250 ok"
}

func message(r *bufio.Reader) string {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return b.String()
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// certificate is a fresh one for mail.example.com and 127.0.0.1, with the pool
// that trusts it.
func certificate(t *testing.T) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"mail.example.com"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// to leads every connection to one address.
func to(address string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
}
