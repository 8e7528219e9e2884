package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// The parts of stored items that are looked at.
type (
	head struct {
		Home      string    `json:"home"`
		Moved     string    `json:"moved"`
		Status    string    `json:"status"`
		HandedOff time.Time `json:"handed_off"`
		Reason    string    `json:"reason"`
		Tags      []string  `json:"tags"`
	}
	stored struct {
		Direction string    `json:"direction"`
		Source    string    `json:"source"`
		ChannelID string    `json:"channel_id"`
		At        time.Time `json:"at"`
		InReplyTo string    `json:"in_reply_to"`
		Outcome   string    `json:"outcome"`
		Unproven  int       `json:"unproven"`
		Claim     *struct {
			ReplyID  string `json:"reply_id"`
			Unproven int    `json:"unproven"`
			// First is when a reply that was asked for again was asked for first.
			First time.Time `json:"first"`
		} `json:"claim"`
		Facts struct {
			Day, Week   string
			FirstEver   bool `json:"first_ever"`
			FirstOfWeek bool `json:"first_of_week"`
			FirstOfDay  bool `json:"first_of_day"`
			Answers     bool `json:"answers"`
		} `json:"facts"`

		home, id string
	}
	receipt struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Faults []struct {
			Code int `json:"code"`
		} `json:"faults"`
	}
	letter struct {
		Queue  string `json:"queue"`
		Group  string `json:"group"`
		JobID  string `json:"job_id"`
		Reason string `json:"reason"`
	}
)

// books is the table as the auditor reads it.
type books struct {
	heads    map[string]head      // by conversation
	inbound  map[string][]stored  // by the channel's id
	ids      map[string]string    // the channel's id by home and id of an inbound message
	outbound map[string]stored    // by reference: home and id with a dot between
	receipts map[string][]receipt // by reference
	dead     map[string]letter    // by the channel's id, of the inbox
	bad      []string             // keys of what cannot be read
}

// shards is over how many partitions a day's list is spread.
const shards = 16

// read looks at everything that concerns conversations: those on the days' lists,
// those that the channel's books name, and those of dead letters.
func read(ctx context.Context, in Input) (books, error) {
	b := books{heads: map[string]head{}, inbound: map[string][]stored{}, outbound: map[string]stored{},
		ids: map[string]string{}, receipts: map[string][]receipt{}, dead: map[string]letter{}}
	homes := map[string]bool{}
	for _, day := range in.Days {
		for shard := range shards {
			pk := fmt.Sprintf("DAY#%s#%02d", day, shard)
			if err := each(ctx, in.Table, pk, func(it table.Item) { homes[it.SK] = true }); err != nil {
				return b, err
			}
		}
	}
	for _, s := range in.Sent {
		home, _, _ := strings.Cut(s.Ref, ".")
		homes[home] = true
	}
	for _, a := range in.Acts {
		homes[a.Conversation] = true
	}
	err := each(ctx, in.Table, "DEAD", func(it table.Item) {
		var d letter
		b.decode(it, &d)
		homes[d.Group] = true
		if _, id, ok := strings.Cut(d.JobID, "/"); ok && d.Queue == "inbox" {
			b.dead[id] = d
		}
	})
	if err != nil {
		return b, err
	}
	return b, b.follow(ctx, in.Table, homes)
}

// follow reads conversations, and those that they point to.
func (b *books) follow(ctx context.Context, t table.Table, homes map[string]bool) error {
	done := map[string]bool{"": true}
	for len(homes) > 0 {
		next := map[string]bool{}
		for home := range homes {
			if done[home] {
				continue
			}
			done[home] = true
			if err := each(ctx, t, "C#"+home, func(it table.Item) { b.conversation(home, it) }); err != nil {
				return err
			}
			h := b.heads[home]
			next[h.Moved], next[h.Home] = true, true
		}
		homes = next
	}
	return nil
}

func (b *books) conversation(home string, it table.Item) {
	kind, id, _ := strings.Cut(it.SK, "#")
	switch kind {
	case "HEAD":
		var h head
		b.decode(it, &h)
		b.heads[home] = h
	case "M":
		m := stored{}
		b.decode(it, &m)
		m.home, m.id = home, id
		if m.Direction == "in" {
			b.ids[home+"."+id] = m.ChannelID
			b.inbound[m.ChannelID] = append(b.inbound[m.ChannelID], m)
		} else {
			b.outbound[home+"."+id] = m
		}
	case "R":
		var r receipt
		b.decode(it, &r)
		reply, _, _ := strings.Cut(id, "#")
		ref := home + "." + reply
		b.receipts[ref] = append(b.receipts[ref], r)
	}
}

func (b *books) decode(it table.Item, v any) {
	if err := json.Unmarshal([]byte(it.Body), v); err != nil {
		b.bad = append(b.bad, it.Key.String())
	}
}

func each(ctx context.Context, t table.Table, pk string, yield func(table.Item)) error {
	err := table.All(ctx, t, table.Query{PK: pk}, func(it table.Item) bool { yield(it); return true })
	if err != nil {
		return fmt.Errorf("audit %s: %w", pk, err)
	}
	return nil
}

// head finds the head that speaks for a home now: the contact may have moved on.
func (b *books) head(home string) head {
	h := b.heads[home]
	for range 16 {
		if h.Moved == "" {
			break
		}
		h = b.heads[h.Moved]
	}
	return h
}
