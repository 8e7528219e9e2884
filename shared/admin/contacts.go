package admin

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"frontdesk/shared/access"
	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
)

type (
	// ContactPatch says what the company's own systems know of a contact.
	ContactPatch struct {
		ConversationRequest
		Body ContactChange
	}
	// ContactChange is what is to change; what is left out stays.
	ContactChange struct {
		Name       *string            `json:"name,omitempty" maxLength:"100" doc:"Until the channel tells another with the next message; empty to forget it."`
		Language   *string            `json:"language,omitempty" maxLength:"35" doc:"en, zh-CN, zh-TW: until they write in another; empty to forget it."`
		Attributes map[string]*string `json:"attributes,omitempty" nullable:"false" doc:"By name (small letters, digits and _, a letter first, up to 40 characters): up to 200 characters, numbers as 12.5, dates as 2026-10-01; null removes it. A contact has up to 50."`
		Blocked    *bool              `json:"blocked,omitempty" doc:"true: what they write is kept, and nothing of it is answered or wakes anybody, until somebody says false. What people had open with them is closed."`
		Muted      *string            `json:"muted,omitempty" maxLength:"20" doc:"For how long from now no template answers them, such as 24h (up to 366 days); empty: templates answer again. Filters still hand them to people."`
	}
	// ContactsRequest asks for the contacts who are blocked.
	ContactsRequest struct {
		Paging
		Blocked string `query:"blocked" enum:"true" required:"true" doc:"There is no list of the others: each is found by their conversation."`
	}
)

const (
	maxAttributes = 50  // of one contact
	maxAttribute  = 200 // characters of a value
)

var attributeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

func (a *API) contactOperations(g *group) {
	a.eraseOperations(g)
	const path = "/v1/contacts/{id}"
	add(g, operation{id: "list-contacts", method: "GET", path: "/v1/contacts", permission: access.ContactsRead, teams: teamByHandler,
		errors: []int{http.StatusUnprocessableEntity}, summary: "The contacts who are blocked"}, a.listContacts)
	add(g, operation{id: "get-contact", method: "GET", path: path, permission: access.ContactsRead,
		errors: []int{http.StatusNotFound}, summary: "The person of a conversation"}, a.getContact)
	add(g, operation{id: "change-contact", method: "PATCH", path: path, permission: access.ContactsWrite,
		errors: []int{http.StatusNotFound, http.StatusBadGateway}, summary: "Say what your own systems know of the person of a conversation, and mute or block them"}, a.changeContact)
	add(g, operation{id: "add-tester", method: "PUT", path: path + "/tester", permission: access.ContactsTest,
		errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}, summary: "Let the draft answer this contact from now on, and count nothing of theirs"}, a.addTester)
	add(g, operation{id: "remove-tester", method: "DELETE", path: path + "/tester", permission: access.ContactsTest,
		errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}, summary: "Let what is live answer this contact again"}, a.removeTester)
}

func (a *API) getContact(ctx context.Context, c call, in *ConversationRequest) (*answer[Contact], error) {
	h, err := a.cfg.Store.Head(ctx, in.ID)
	return tagged(headTag(h), person(c, h)), err
}

func (a *API) changeContact(ctx context.Context, c call, in *ContactPatch) (*answer[Contact], error) {
	if faults := in.Body.faults(); len(faults) > 0 {
		return nil, faulty("The change", faults)
	}
	h, err := a.amend(ctx, c, in.ID, amendment{"contact.change", in.Body.apply, contactDiffers})
	if err == nil && in.Body.blocks() && (!h.HandedOff.IsZero() || !h.WaitingSince.IsZero()) {
		h, err = a.cfg.Desk.Resolve(ctx, h.ID)
	}
	return tagged(headTag(h), person(c, h)), err
}

func (b ContactChange) blocks() bool { return b.Blocked != nil && *b.Blocked }

// listContacts lists the blocked. Each page reads as many lines of the list as it has
// room for; who sees their own teams alone may get shorter pages.
func (a *API) listContacts(ctx context.Context, c call, in *ContactsRequest) (*answer[List[Contact]], error) {
	const list = "contacts/blocked"
	if in.Blocked == "" {
		return nil, refuse(http.StatusUnprocessableEntity, "say blocked=true: there is no list of the others, because each is found by their conversation")
	}
	after, err := in.after(list)
	if err != nil {
		return nil, err
	}
	ids, next, err := a.cfg.Store.Blocked(ctx, after, in.Limit)
	if err != nil {
		return nil, err
	}
	out := List[Contact]{Items: []Contact{}, Next: cursor(list, next)}
	for batch := range slices.Chunk(ids, batchSize) {
		heads, err := a.heads(ctx, batch)
		if err != nil {
			return nil, err
		}
		for _, h := range heads {
			if h.Contact.Blocked > 0 && c.sees(h.Team) {
				out.Items = append(out.Items, person(c, h))
			}
		}
	}
	return reply(out), nil
}

// faults is what is wrong with a change. It repeats no value, and no name that is none.
func (b ContactChange) faults() (faults []playbook.Fault) {
	add := func(path, message, fix string) {
		faults = append(faults, playbook.Fault{Path: path, Message: message, Fix: fix})
	}
	if b.Name == nil && b.Language == nil && len(b.Attributes) == 0 && b.Blocked == nil && b.Muted == nil {
		add("body", "Nothing is to change.", "Send name, language, attributes, blocked or muted.")
	}
	if d, err := b.mute(); err != nil || d < 0 || d > maxMute {
		add("body.muted", "This is not how long.", "Write it as 30m or 24h, up to 8784h (366 days); empty to end it.")
	}
	if b.Name != nil && (!readable(*b.Name) || *b.Name != strings.TrimSpace(*b.Name)) {
		add("body.name", "This is no name.", "Write it without control characters, and without spaces around it.")
	}
	if b.Language != nil && *b.Language != "" && !isLanguage(*b.Language) {
		add("body.language", "This is no language, or not how it is written.", "Write a language tag such as en, zh-CN or zh-TW.")
	}
	for _, name := range slices.Sorted(maps.Keys(b.Attributes)) {
		value := b.Attributes[name]
		switch {
		case !attributeForm.MatchString(name):
			add("body.attributes", "One name is not usable.", "Write small letters, digits and _, a letter first, up to 40 characters.")
		case value != nil && (*value == "" || utf8.RuneCountInString(*value) > maxAttribute || !readable(*value)):
			add("body.attributes."+name, "The value is not usable.", fmt.Sprintf("Write 1 to %d characters, none of them a control character, or null to remove it.", maxAttribute))
		}
	}
	return faults
}

const maxMute = 366 * 24 * time.Hour

// mute is for how long the contact is muted from now on.
func (b ContactChange) mute() (time.Duration, error) {
	if b.Muted == nil || *b.Muted == "" {
		return 0, nil
	}
	return time.ParseDuration(*b.Muted)
}

// silence is a contact as the change mutes and blocks them.
func (b ContactChange) silence(k conversation.Contact, at time.Time) conversation.Contact {
	if b.Blocked != nil && *b.Blocked != (k.Blocked > 0) {
		k.Blocked = 0
		if *b.Blocked {
			k.Blocked = at.UnixMilli()
		}
	}
	if b.Muted != nil {
		k.MutedUntil = 0
		if d, err := b.mute(); err == nil && d > 0 {
			k.MutedUntil = at.Add(d).UnixMilli()
		}
	}
	return k
}

// isLanguage reports whether a text is a BCP 47 tag in its canonical spelling, which is how
// languages are compared.
func isLanguage(tag string) bool {
	parsed, err := language.Raw.Parse(tag)
	return err == nil && tag != "und" && parsed.String() == tag
}

// apply is a head after the change.
func (b ContactChange) apply(h conversation.Head, at time.Time) (conversation.Head, error) {
	if b.Name != nil {
		h.Contact.Name = *b.Name
	}
	if b.Language != nil {
		h.Contact.Language = *b.Language
	}
	all := maps.Clone(h.Contact.Attributes)
	for name, value := range b.Attributes {
		switch {
		case value == nil:
			delete(all, name)
		case all == nil:
			all = map[string]string{name: *value}
		default:
			all[name] = *value
		}
	}
	if len(all) > max(maxAttributes, len(h.Contact.Attributes)) {
		return h, refuse(http.StatusUnprocessableEntity, "the contact would have %d attributes, and %d is the most: remove some", len(all), maxAttributes)
	}
	h.Contact.Attributes = all
	h.Contact = b.silence(h.Contact, at)
	return h, nil
}

// contactDiffers names what a change has set and removed. The values are personal data, and
// the audit is kept for ever.
func contactDiffers(old, now conversation.Head) change {
	before, after := known(old.Contact), known(now.Contact)
	set, removed := []string{}, []string{}
	for name, value := range after {
		if was, ok := before[name]; !ok || was != value {
			set = append(set, name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			removed = append(removed, name)
		}
	}
	if len(set)+len(removed) == 0 {
		return change{}
	}
	slices.Sort(set)
	slices.Sort(removed)
	return change{nil, map[string][]string{"set": set, "removed": removed}}
}

// known is what a change may change of a contact, by its name in the API.
func known(c conversation.Contact) map[string]string {
	all := map[string]string{}
	for name, value := range c.Attributes {
		all["attributes."+name] = value
	}
	if c.Blocked > 0 {
		all["blocked"] = "yes"
	}
	if c.MutedUntil > 0 {
		all["muted"] = strconv.FormatInt(c.MutedUntil, 10)
	}
	if c.Name != "" {
		all["name"] = c.Name
	}
	if c.Language != "" {
		all["language"] = c.Language
	}
	return all
}
