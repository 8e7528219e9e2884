package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Elsewhere is what people of the company did in the channel's own client, where we
// do not see them work: a servicer of WeChat customer service wrote to a customer, took
// their session, or ended it.
type Elsewhere struct {
	Channel string `json:"channel"`
	// ID is the channel's id of the message or event, the same for every delivery.
	ID string `json:"id"`
	// To is the customer, By who did it.
	To   Person    `json:"to"`
	By   string    `json:"by,omitempty"`
	Time time.Time `json:"time"`
	Did  Deed      `json:"did"`
	// Type, Text and Body are those of a message, as in [Inbound].
	Type  string                     `json:"type,omitempty"`
	Text  string                     `json:"text,omitempty"`
	Body  json.RawMessage            `json:"body,omitempty"`
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
}

// Deed is what somebody did elsewhere.
type Deed string

// The deeds: they wrote, they look after the customer from now on, they do no longer.
// Called is ours: people have the conversation here, and their session is to be moved.
const (
	Called Deed = "called"
	Wrote  Deed = "wrote"
	Took   Deed = "took"
	Ended  Deed = "ended"
)

// elsewhere begins the body of a job that holds one, so that it can be told from an
// [Inbound] without decoding either.
const elsewhere = `{"elsewhere":`

// ErrElsewhere says that a job of the inbox holds no [Elsewhere] that can be read.
var ErrElsewhere = errors.New("the job does not say what happened elsewhere")

// EncodeElsewhere is the body of a job.
func EncodeElsewhere(e Elsewhere) ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode what happened elsewhere: %w", err)
	}
	return append(append([]byte(elsewhere), body...), '}'), nil
}

// IsElsewhere reports whether the body of a job of the inbox holds an [Elsewhere].
func IsElsewhere(body []byte) bool { return bytes.HasPrefix(body, []byte(elsewhere)) }

// DecodeElsewhere reads the body of a job.
func DecodeElsewhere(body []byte) (Elsewhere, error) {
	var job struct {
		Elsewhere Elsewhere `json:"elsewhere"`
	}
	if err := json.Unmarshal(body, &job); err != nil {
		return Elsewhere{}, ErrElsewhere // err may quote it
	}
	return job.Elsewhere, nil
}
