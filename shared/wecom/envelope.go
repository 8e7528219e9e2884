package wecom

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MaxBody is the largest callback in bytes. WeCom names no limit; the largest that
// its formats allow (a change of 500 members of a group) is under 64 KB, and a
// queue's job holds 100 KB.
const MaxBody = 128 << 10

// outer bounds the envelope: elements with text, and few of them.
var outer = limits{depth: 1, nodes: 16}

// Unwrap returns the ciphertext of a POST's body: the Encrypt of the XML of apps
// and customer service, or the encrypt of an AI bot's JSON. Nothing else in the
// envelope is used, because only the ciphertext is signed. The result shares
// memory with body.
func Unwrap(body []byte) ([]byte, error) {
	if len(body) > MaxBody {
		return nil, fmt.Errorf("%w: it is larger than %d bytes", BadProtocol, MaxBody)
	}
	body = bytes.TrimLeft(body, " \t\r\n")
	switch {
	case len(body) > 0 && body[0] == '<':
		return unwrapXML(body)
	case len(body) > 0 && body[0] == '{':
		return unwrapJSON(body)
	}
	return nil, BadProtocol
}

func unwrapXML(body []byte) ([]byte, error) {
	var room [8]node
	nodes, err := scan(body, outer, room[:0])
	if err != nil {
		return nil, err
	}
	var encrypted []byte
	for i, n := range nodes {
		if twice(nodes[:i], n.name) {
			return nil, fmt.Errorf("%w: it has an element twice", BadXML)
		}
		if string(n.name) == "Encrypt" {
			encrypted = bytes.TrimSpace(n.text)
		}
	}
	if len(encrypted) == 0 {
		return nil, fmt.Errorf("%w: it has no Encrypt", BadXML)
	}
	return encrypted, nil
}

func twice(before []node, name []byte) bool {
	for _, n := range before {
		if bytes.Equal(n.name, name) {
			return true
		}
	}
	return false
}

// unwrapJSON does not decode into a struct, which would take {"ENCRYPT": …} and the last
// of two.
func unwrapJSON(body []byte) ([]byte, error) {
	if encrypted := bare(body); encrypted != nil {
		return encrypted, nil
	}
	all, err := readObject(body)
	if err != nil {
		return nil, err
	}
	raw := all.get("encrypt")
	switch {
	case raw == nil || string(raw) == `""`:
		return nil, fmt.Errorf("%w: it has no encrypt", BadJSON)
	case raw[0] != '"':
		return nil, fmt.Errorf("%w: its encrypt is no text", BadJSON)
	}
	return unquote(raw), nil
}

// bare reads the envelope as WeCom writes it, one field and nothing else, in a fifth of
// the time; nil for any other.
func bare(body []byte) []byte {
	const blank = " \t\r\n"
	rest, isObject := bytes.CutPrefix(body, []byte("{"))
	rest, named := bytes.CutPrefix(bytes.TrimLeft(rest, blank), []byte(`"encrypt"`))
	rest, valued := bytes.CutPrefix(bytes.TrimLeft(rest, blank), []byte(":"))
	rest, quoted := bytes.CutPrefix(bytes.TrimLeft(rest, blank), []byte(`"`))
	end := bytes.IndexByte(rest, '"')
	if !isObject || !named || !valued || !quoted || end <= 0 || string(bytes.Trim(rest[end+1:], blank)) != "}" {
		return nil
	}
	for _, c := range rest[:end] {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '+' && c != '/' && c != '=' {
			return nil
		}
	}
	return rest[:end]
}

// Sealed is an encrypted and signed message, as either side sends it.
type Sealed struct{ Encrypt, Signature, Timestamp, Nonce string }

// Seal encrypts and signs a message. timestamp is in unix seconds; random and
// nonce must be new each time.
func (p *Pair) Seal(random [randomSize]byte, msg []byte, receiver, timestamp, nonce string) Sealed {
	encrypted := p.Encrypt(random, msg, receiver)
	return Sealed{Encrypt: encrypted, Signature: p.Sign(timestamp, nonce, encrypted), Timestamp: timestamp, Nonce: nonce}
}

// XML is the body that answers the POST of an app or of customer service
// (W:90241). Its element is TimeStamp, with a capital S.
func (s Sealed) XML() []byte {
	return Encode(
		Element{Name: "Encrypt", Text: s.Encrypt}, Element{Name: "MsgSignature", Text: s.Signature},
		Element{Name: "TimeStamp", Text: s.Timestamp, Number: true}, Element{Name: "Nonce", Text: s.Nonce})
}

// JSON is the body that answers the POST of an AI bot (W:101033).
func (s Sealed) JSON() ([]byte, error) {
	body, err := json.Marshal(struct {
		Encrypt   string      `json:"encrypt"`
		Signature string      `json:"msgsignature"`
		Timestamp json.Number `json:"timestamp"`
		Nonce     string      `json:"nonce"`
	}{s.Encrypt, s.Signature, json.Number(s.Timestamp), s.Nonce})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", BadReplyJSON, err)
	}
	return body, nil
}

// Post is what WeCom sends: the query and the body of an app's callback. agent is
// empty for customer service. For the sandbox and for tests.
func (s Sealed) Post(corp, agent string) (Query, []byte) {
	elements := []Element{{Name: "ToUserName", Text: corp}, {Name: "Encrypt", Text: s.Encrypt}, {Name: "AgentID", Text: agent}}
	return Query{Signature: s.Signature, Timestamp: s.Timestamp, Nonce: s.Nonce}, Encode(elements...)
}

// PostJSON is the body of an AI bot's callback. For the sandbox and for tests.
func (s Sealed) PostJSON() []byte { return []byte(`{"encrypt":"` + s.Encrypt + `"}`) }

// Get is the query with which WeCom checks the callback address.
func (s Sealed) Get() Query {
	return Query{Signature: s.Signature, Timestamp: s.Timestamp, Nonce: s.Nonce, Echo: s.Encrypt}
}
