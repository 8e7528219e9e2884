package notice

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/hook"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/wecom"
)

const (
	// answerTime bounds a post, so that it ends before its lease does (15 to 30 seconds:
	// Standard Webhooks 1.0.0).
	answerTime = 15 * time.Second
	// obstinacy is how old an event may be that a program still does not take: one that it
	// can never take must not hold up the rest.
	obstinacy = 24 * time.Hour
)

// told is what a program gets of a row; what is not known is left out. It is the same
// for every try, so no word of it depends on when it is sent.
type told struct {
	Event        string    `json:"event"`
	Channel      string    `json:"channel,omitempty"`
	Conversation string    `json:"conversation,omitempty"`
	Team         string    `json:"team,omitempty"`
	Reason       string    `json:"reason,omitempty"`
	Filter       string    `json:"filter,omitempty"`
	Deadline     time.Time `json:"deadline,omitzero"`
	At           time.Time `json:"at"`
	Language     string    `json:"language"`
	Text         string    `json:"text"`
}

// webhook is a row as a program gets it. The row's id is that of every try.
func webhook(row record.TeamNotice, zone *time.Location) hook.Message {
	if !row.Programs {
		row.Until = 0
	}
	return hook.Message{ID: row.ID, Type: "notice." + row.Event, At: row.At, Data: told{
		Event: row.Event, Channel: row.Channel, Conversation: row.Conversation, Team: row.Team,
		Reason: row.Reason, Filter: row.Filter, Deadline: row.Deadline.UTC(), At: row.At.UTC(), Language: row.Language,
		Text: plain(compose([]record.TeamNotice{row}, zone, row.At)),
	}}
}

// plain is a notice as lines of text.
func plain(n wecom.Notice) string {
	all := []string{n.Title}
	for _, l := range n.Lines {
		all = append(all, l.Label+": "+l.Value)
	}
	return strings.Join(all, "\n")
}

// post sends one row to a program. A receiver that is gone (410) gets nothing of what
// waits; what it has not taken for a day is given up alone.
func (r *Runner) post(ctx context.Context, ch channel.Channel, row record.TeamNotice) error {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	err := r.Post(ctx, hook.Endpoint{URL: ch.URL.Reveal(), Secrets: ch.HookSecrets}, webhook(row, r.Zone))
	failed, ok := errors.AsType[*message.SendError](err)
	if !ok {
		return err
	}
	judged := *failed
	switch {
	case failed.Code == http.StatusGone:
		judged.Class = message.Drop
	case failed.Class == message.Retry && r.Now().Sub(row.At) > obstinacy:
		judged.Class = message.Bug
	}
	return &judged
}
