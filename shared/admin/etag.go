package admin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
)

// Why a conditional request is refused.
var (
	errStale         = errors.New("somebody else changed this since you read it: read it again, and repeat your change on what is there now")
	errUnconditional = errors.New("send the ETag that you read in If-Match, or If-None-Match: * to create something new")
	errExists        = errors.New("there is one already: read it, and send its ETag in If-Match to change it")
)

// Precondition is what a request says of the state that it was made for.
type Precondition struct {
	IfMatch     string `header:"If-Match" doc:"The ETag that was read. Needed to change or delete what exists."`
	IfNoneMatch string `header:"If-None-Match" doc:"* to create something that must not exist yet."`
}

// check compares with the ETag of what is there; empty for nothing. RFC 9110,
// section 13.1: If-Match compares strongly.
func (p Precondition) check(current string) error {
	switch {
	case strings.TrimSpace(p.IfNoneMatch) == "*":
		if current != "" {
			return errExists
		}
		return nil
	case p.IfMatch == "":
		return errUnconditional
	case !matches(p.IfMatch, current):
		return errStale
	}
	return nil
}

func matches(header, current string) bool {
	if current == "" {
		return false
	}
	for tag := range strings.SplitSeq(header, ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || tag == current {
			return true
		}
	}
	return false
}

// asRead is errStale when a request says by If-Match in which state it saw a conversation,
// and it has changed. Answering, resolving and the like may be asked for without having read
// it, so the header is not needed. One read when it is there.
func (a *API) asRead(ctx context.Context, c call, op operation) error {
	header := c.request.Header.Get("If-Match")
	if header == "" || !op.onConversation() {
		return nil
	}
	id := c.request.PathValue("id")
	if !readable(id) {
		return record.ErrNotFound
	}
	h, err := a.cfg.Store.Head(ctx, id)
	if err == nil && !matches(header, headTag(h)) {
		return errStale
	}
	return err
}

// ifMatchParam documents the header where it may be left out.
func ifMatchParam() *huma.Param {
	return &huma.Param{Name: "If-Match", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
		Description: "The ETag of the conversation that was read; left out, it is done in whatever state it is."}
}

// headTag is the ETag of a conversation: its head's version.
func headTag(h conversation.Head) string { return numbered("conversation", h.Version) }

// numbered is the ETag of something with a stored version.
func numbered(kind string, version int64) string { return fmt.Sprintf(`"%s-%d"`, kind, version) }

// hashed is the ETag of a value that has no version of its own.
func hashed(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("make an ETag: %w", err)
	}
	sum := sha256.Sum256(raw)
	return `"` + hex.EncodeToString(sum[:10]) + `"`, nil
}
