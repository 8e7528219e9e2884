package admin

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

type (
	// ConversationPatch changes a conversation by hand.
	ConversationPatch struct {
		ConversationRequest
		Body ConversationChange
	}
	// ConversationChange is what is to change; what is left out stays.
	ConversationChange struct {
		Team       string              `json:"team,omitempty" minLength:"1" maxLength:"100" doc:"A team of the live playbook; for whoever sees their own teams alone, one of these."`
		Assignee   *string             `json:"assignee,omitempty" maxLength:"100" doc:"Who takes it: people are in charge from then on. Empty: nobody has it, and people stay in charge."`
		Tags       []string            `json:"tags,omitempty" nullable:"false" maxItems:"50" doc:"All tags, in place of those that it has."`
		AddTags    []string            `json:"add_tags,omitempty" nullable:"false" maxItems:"50" doc:"Instead of tags."`
		RemoveTags []string            `json:"remove_tags,omitempty" nullable:"false" maxItems:"50" doc:"Instead of tags. What is to be added as well is removed."`
		Status     conversation.Status `json:"status,omitempty" enum:"open,resolved" doc:"open: people are in charge, and templates stay silent. resolved: nobody waits, and templates answer again."`
	}
)

const (
	maxTags = 50 // of one conversation
	maxTag  = 40 // characters, as in a filter
)

func (a *API) changeConversation(ctx context.Context, c call, in *ConversationPatch) (*answer[Conversation], error) {
	if err := a.wrongChange(ctx, c, in.Body); err != nil {
		return nil, err
	}
	windows, err := a.windows(ctx)
	if err != nil {
		return nil, err
	}
	h, err := a.amend(ctx, c, in.ID, amendment{"conversation.change", in.Body.apply, conversationDiffers})
	if err == nil && in.Body.Status == conversation.Resolved && h.Status != conversation.Resolved {
		h, err = a.close(ctx, c, h)
	}
	return tagged(headTag(h), seen(c, h, windows)), err
}

// wrongChange says what is wrong with a change, whatever conversation it is for.
func (a *API) wrongChange(ctx context.Context, c call, b ConversationChange) error {
	faults := b.faults()
	if b.Team != "" {
		book, err := a.cfg.Live.Book(ctx, c.at)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(book.Playbook().Teams, func(t playbook.Team) bool { return t.ID == b.Team }) {
			faults = append(faults, playbook.Fault{Path: "body.team", Message: "The live playbook has no such team.", Fix: "Name one that it has, or publish the playbook that has it."})
		}
	}
	switch {
	case len(faults) > 0:
		return faulty("The change", faults)
	case b.Team != "" && !c.sees(b.Team):
		return refuse(http.StatusForbidden, "you can give it to none but your own teams")
	}
	return nil
}

func (b ConversationChange) faults() (faults []playbook.Fault) {
	add := func(path, message, fix string) {
		faults = append(faults, playbook.Fault{Path: path, Message: message, Fix: fix})
	}
	if b.Team == "" && b.Assignee == nil && b.Tags == nil && len(b.AddTags)+len(b.RemoveTags) == 0 && b.Status == "" {
		add("body", "Nothing is to change.", "Send team, assignee, tags, add_tags, remove_tags or status.")
	}
	if b.Tags != nil && len(b.AddTags)+len(b.RemoveTags) > 0 {
		add("body.tags", "These are all tags, so none can be added or removed besides.", "Send either tags, or add_tags and remove_tags.")
	}
	if b.Assignee != nil && (!readable(*b.Assignee) || *b.Assignee != strings.TrimSpace(*b.Assignee)) {
		add("body.assignee", "This is no name.", "Write it without control characters, and without spaces around it.")
	}
	if b.takes() && b.Status == conversation.Resolved {
		add("body.status", "What is resolved is nobody's.", "Leave out status or assignee.")
	}
	for path, tags := range map[string][]string{"body.tags": b.Tags, "body.add_tags": b.AddTags} {
		for i, tag := range tags {
			if strings.TrimSpace(tag) == "" || utf8.RuneCountInString(tag) > maxTag || !readable(tag) {
				add(fmt.Sprintf("%s[%d]", path, i), "This is not a usable tag.", "Write 1 to 40 characters, none of them a control character.")
			}
		}
	}
	sort.SliceStable(faults, func(i, j int) bool { return faults[i].Path < faults[j].Path })
	return faults
}

// takes reports whether somebody is to have the conversation.
func (b ConversationChange) takes() bool { return b.Assignee != nil && *b.Assignee != "" }

// apply is a head after the change, but for resolving it. It is what an agent's answer
// does to a head when people take over.
func (b ConversationChange) apply(h conversation.Head, at time.Time) (conversation.Head, error) {
	h = h.InTeam(b.Team)
	before := len(h.Tags)
	if h.Tags = b.tagsOf(h); len(h.Tags) > max(maxTags, before) {
		return h, refuse(http.StatusUnprocessableEntity, "it would have %d tags, and %d is the most: remove some", len(h.Tags), maxTags)
	}
	if b.Assignee != nil {
		h = h.With(*b.Assignee)
	}
	if b.takes() || b.Status == conversation.Open {
		h = h.Taken(at, conversation.ReasonAgent)
	}
	return h, nil
}

func (b ConversationChange) tagsOf(h conversation.Head) []string {
	tags := slices.Clone(h.Tags)
	if b.Tags != nil {
		tags = nil
	}
	for _, tag := range slices.Concat(b.Tags, b.AddTags) {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return slices.DeleteFunc(tags, func(tag string) bool { return slices.Contains(b.RemoveTags, tag) })
}

// conversationDiffers is what a change has changed.
func conversationDiffers(old, now conversation.Head) change {
	before, after := map[string]any{}, map[string]any{}
	note := func(name string, same bool, a, b any) {
		if !same {
			before[name], after[name] = a, b
		}
	}
	note("team", old.Team == now.Team, old.Team, now.Team)
	note("assignee", old.Assignee == now.Assignee, old.Assignee, now.Assignee)
	note("tags", slices.Equal(old.Tags, now.Tags), listed(old.Tags), listed(now.Tags))
	note("status", old.Status == now.Status, old.Status, now.Status)
	note("people", old.HandedOff.IsZero() == now.HandedOff.IsZero(), !old.HandedOff.IsZero(), !now.HandedOff.IsZero())
	if len(after) == 0 {
		return change{}
	}
	return change{before, after}
}

// amendment is a change of a head by hand: its name in the audit, the head after it, and
// what the audit says of it, nothing when there is nothing to change.
type amendment struct {
	action string
	apply  func(h conversation.Head, at time.Time) (conversation.Head, error)
	tell   func(old, now conversation.Head) change
}

// amend changes a head by hand. Nothing is written when nothing changes. When the desk
// writes at the same moment the change is made again of what is there now, unless the
// request says by If-Match in which state it saw the conversation; the audit then has an
// entry more, with .again behind its action, when its values are others.
func (a *API) amend(ctx context.Context, c call, id string, m amendment) (conversation.Head, error) {
	before, err := a.cfg.Store.Head(ctx, id)
	if err != nil {
		return before, err
	}
	after, err := m.of(c, before)
	told := m.tell(before, after)
	if err != nil || told.new == nil {
		return before, err
	}
	err = a.audited(ctx, c, m.action, before.ID, told, func() (err error) {
		after, err = a.cfg.Desk.Amend(ctx, before.ID, func(h conversation.Head) (conversation.Head, error) {
			next, err := m.of(c, h)
			if values := m.tell(h, next); err == nil && !reflect.DeepEqual(values, told) {
				err = a.toldAgain(ctx, c, h, m.action, values)
			}
			return next, err
		})
		return err
	})
	return after, err
}

// of is a head after the amendment; an error when the caller may not, or saw another head.
func (m amendment) of(c call, h conversation.Head) (conversation.Head, error) {
	if !c.sees(h.Team) {
		return h, record.ErrNotFound
	}
	if header := c.request.Header.Get("If-Match"); header != "" && !matches(header, headTag(h)) {
		return h, errStale
	}
	return m.apply(h, c.at)
}

// toldAgain writes into the audit what is changed after all.
func (a *API) toldAgain(ctx context.Context, c call, h conversation.Head, action string, values change) error {
	e, err := a.entry(c, action+".again", h.ID, values)
	if err != nil {
		return err
	}
	return a.cfg.Store.Log(ctx, e)
}
