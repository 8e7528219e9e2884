package admin

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
	"frontdesk/shared/render"
)

// SimulateRequest is a message, and which playbook is to answer it.
type SimulateRequest struct {
	Body struct {
		Message playbook.Sample `json:"message"`
		On      string          `json:"on,omitempty" doc:"live (the default), draft, or the number of a version."`
		// Language is the one that the contact wrote in before.
		Language string `json:"language,omitempty" maxLength:"35" doc:"The language that the contact wrote in before (en, zh-CN, zh-TW); the message's own counts first."`
		Name     string `json:"name,omitempty" maxLength:"100" doc:"What the contact is called."`
	}
}

// Simulation is what a message would get, and why.
type Simulation struct {
	// On is which playbook decided: live, draft, or a number.
	On       string          `json:"on"`
	Decision decide.Decision `json:"decision"`
	// Steps are the filters that were tried, in order, and what came after them.
	Steps []decide.Step `json:"steps"`
	// Reply is what would be sent; null when nothing would, and WhyNot says why.
	Reply  *message.Content `json:"reply"`
	WhyNot string           `json:"why_not,omitempty"`
	// Note says of the draft whether test contacts get this answer, NoteZH in Chinese.
	Note   string `json:"note,omitempty" doc:"Of the draft: whether test contacts are answered by it."`
	NoteZH string `json:"note_zh,omitempty"`
}

func (a *API) simulateOperations(g *group) {
	add(g, operation{id: "simulate", method: "POST", path: "/v1/simulate", permission: access.Simulate, errors: []int{http.StatusNotFound},
		summary: "What would this message get, and why? Nothing is sent or stored"}, a.simulate)
}

func (a *API) simulate(ctx context.Context, c call, in *SimulateRequest) (*answer[Simulation], error) {
	on := in.Body.On
	if on == "" {
		on = "live"
	}
	sample := in.Body.Message
	channels, err := a.cfg.Channels(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the channels: %w", err)
	}
	if sample.Channel == "" && len(channels) > 0 {
		sample.Channel = channels[0].ID
	}
	if p := wrongSample(sample, channels); p != nil {
		return nil, p
	}
	book, err := a.book(ctx, c, on)
	if err != nil {
		return nil, err
	}
	if faults := publish.CheckSample(*book.Playbook(), channels, sample); len(faults) > 0 {
		return nil, faulty("The message", faults)
	}
	at := c.at
	if sample.At != "" {
		at, _ = time.Parse(time.RFC3339, sample.At) // wrongSample has looked
	}
	s := situation{book: book, at: at, zone: a.cfg.Zone, sample: sample, kind: kindOf(channels, sample.Channel), language: in.Body.Language, name: in.Body.Name}
	out := s.simulate()
	out.On = on
	if on == "draft" {
		out.Note, out.NoteZH, err = a.tested(ctx, c)
	}
	return reply(out), err
}

// tested says whether the draft answers test contacts, in English and Chinese.
func (a *API) tested(ctx context.Context, c call) (english, chinese string, err error) {
	d, err := a.draft(ctx)
	if err != nil {
		return "", "", err
	}
	faults, err := a.check(ctx, c, d.Playbook)
	english, chinese = forTesters(d, faults)
	return english, chinese, err
}

func wrongSample(s playbook.Sample, channels []publish.Channel) error {
	if _, err := time.Parse(time.RFC3339, s.At); s.At != "" && err != nil {
		return refuse(http.StatusUnprocessableEntity, "message.at must be a time like 2026-11-22T21:30:00+08:00")
	}
	if !slices.ContainsFunc(channels, func(c publish.Channel) bool { return c.ID == s.Channel }) {
		var ids []string
		for _, c := range channels {
			ids = append(ids, c.ID)
		}
		return refuse(http.StatusUnprocessableEntity, "message.channel must be one of %s", strings.Join(ids, ", "))
	}
	return nil
}

// book compiles the playbook that is to answer.
func (a *API) book(ctx context.Context, c call, on string) (*live.Book, error) {
	switch on {
	case "live":
		return a.cfg.Live.Book(ctx, c.at)
	case "draft":
		d, err := a.draft(ctx)
		if err != nil {
			return nil, err
		}
		book, err := live.Compile(&d.Playbook, 0)
		if err == nil {
			return book, nil
		}
		faults, err := a.check(ctx, c, d.Playbook)
		if err != nil {
			return nil, err
		}
		return nil, faulty("The draft", faults)
	}
	number, err := strconv.ParseInt(on, 10, 64)
	if err != nil || number < 1 {
		return nil, refuse(http.StatusUnprocessableEntity, "on must be live, draft or the number of a version")
	}
	return live.Load(ctx, a.cfg.Store, number)
}

// situation is a message that somebody might write.
type situation struct {
	book           *live.Book
	at             time.Time
	zone           *time.Location
	sample         playbook.Sample
	kind           message.Kind
	language, name string
}

func kindOf(channels []publish.Channel, id string) message.Kind {
	for _, c := range channels {
		if c.ID == id {
			return c.Kind
		}
	}
	return ""
}

// simulate decides, explains and renders. It is pure.
func (s situation) simulate() Simulation {
	head, inbound := s.real()
	d := decide.Decide(s.book.Book, head, inbound, s.at.In(s.zone))
	out := Simulation{Decision: d, Steps: listed(decide.Explain(s.book.Book, head, inbound, s.at.In(s.zone)))}
	if d.Text != "" {
		out.Reply = &message.Content{Shape: message.ShapeText, Text: d.Text}
		return out
	}
	if d.Reply == "" {
		out.WhyNot = whyNot(d)
		return out
	}
	content, err := s.book.Templates.Reply(d.Reply, d.Language, true, render.Values{
		ContactName: s.name, FirstContact: s.sample.FirstContact, Text: s.sample.Text, Team: d.Team,
		Now: s.at.In(s.zone), Channel: s.sample.Channel, Kind: s.kind, Greeting: d.Greeting,
	})
	if err != nil {
		out.WhyNot = "the reply cannot be made, so people would take over: " + err.Error()
		return out
	}
	out.Reply = &content
	return out
}

// real is the sample as somebody writes it, whose language and name are known.
func (s situation) real() (conversation.Head, message.Inbound) {
	h, m := publish.Situation(s.sample, s.at)
	if s.language != "" {
		h.Contact.Language = s.language
	}
	if s.name != "" {
		m.From.Name = s.name
	}
	return h, m
}

func whyNot(d decide.Decision) string {
	switch d.Outcome {
	case conversation.Covered:
		return "the reply that went out moments before answers it as well"
	case conversation.HandedOff:
		return "it goes straight to people"
	case conversation.Ignored:
		return "it needs no answer, or a filter ignores it"
	case conversation.Silent:
		return "people are in charge, so templates stay silent"
	}
	return "no filter answered, and neither away, welcome nor fallback has a reply for it"
}
