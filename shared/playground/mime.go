package playground

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// letter is what the mailbox shows of a mail.
type letter struct {
	From, To, Subject, HTML, Text string
}

const (
	maxPart  = 4 << 20 // bytes of one decoded part
	maxDepth = 5       // multiparts within multiparts
	maxParts = 50      // parts of one multipart
)

var errMail = errors.New("not a readable mail")

// parseMail reads a mail in UTF-8: its first HTML part and its first plain part.
func parseMail(raw []byte) (letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return letter{}, fmt.Errorf("%w: %w", errMail, err)
	}
	l := letter{From: header(m.Header, "From"), To: header(m.Header, "To"), Subject: header(m.Header, "Subject")}
	h := partHeader{m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding")}
	return l, l.read(h, m.Body, 0)
}

func header(h mail.Header, name string) string {
	s, err := new(mime.WordDecoder).DecodeHeader(h.Get(name))
	if err != nil {
		return h.Get(name)
	}
	return s
}

type partHeader struct{ kind, encoding string }

func (l *letter) read(h partHeader, body io.Reader, depth int) error {
	kind, params, err := mime.ParseMediaType(h.kind)
	if err != nil {
		kind = "text/plain"
	}
	if strings.HasPrefix(kind, "multipart/") {
		return l.readParts(multipart.NewReader(body, params["boundary"]), depth+1)
	}
	if kind != "text/html" && kind != "text/plain" {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(decoded(h.encoding, body), maxPart))
	if err != nil {
		return fmt.Errorf("%w: %w", errMail, err)
	}
	text := strings.ToValidUTF8(string(b), "\uFFFD")
	switch {
	case kind == "text/html" && l.HTML == "":
		l.HTML = text
	case kind == "text/plain" && l.Text == "":
		l.Text = text
	}
	return nil
}

func (l *letter) readParts(parts *multipart.Reader, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("%w: parts are nested too deeply", errMail)
	}
	for range maxParts {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errMail, err)
		}
		h := partHeader{part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding")}
		if err := l.read(h, part, depth); err != nil {
			return err
		}
	}
	return nil
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}
