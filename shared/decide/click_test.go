package decide_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
)

// A tap on an app's menu is a message of type click, without a text, whose choice is the
// key of the menu. Work reports, announcements and learning materials lead to their templates.
func TestTapsOnAnAppsMenu(t *testing.T) {
	b := book(t, filters(
		`{"id": "words", "when": {"contains": ["work_report"]}, "then": {"reply": "sorry"}}`,
		`{"id": "customers", "when": {"all": [{"channel": ["wa-main"]}, {"choice": ["work_report"]}]}, "then": {"reply": "sorry"}}`,
		`{"id": "report", "when": {"choice": ["work_report"]}, "then": {"reply": "price"}}`,
		`{"id": "news", "when": {"all": [{"type": ["click"]}, {"choice": ["news"]}]}, "then": {"reply": "size"}}`,
		`{"id": "learn", "when": {"all": [{"channel": ["app-main"]}, {"choice": ["learn", "exam"]}]}, "then": {"reply": "hello", "assign": "care", "tag": ["learning"]}}`,
		`{"id": "other", "when": {"type": ["click"]}, "then": {"hand_off": true}}`,
	), fallback)
	tap := func(choice string) message.Inbound {
		return message.Inbound{Channel: "app-main", ID: "e1", Type: "click", Choice: choice, From: message.Person{UserID: "zhang"}}
	}
	typed := tap("")
	typed.Type, typed.Text = "text", "news"
	handedOff := decide.Decision{Outcome: "handed_off", By: "other", HandOff: true}
	for _, c := range []struct {
		name string
		m    message.Inbound
		want decide.Decision
	}{
		{"a work report", tap("work_report"), decide.Decision{Outcome: "replied", By: "report", Reply: "price"}},
		{"announcements, asked for by type and choice", tap("news"), decide.Decision{Outcome: "replied", By: "news", Reply: "size"}},
		{"one of two choices of an app", tap("exam"), decide.Decision{Outcome: "replied", By: "learn", Reply: "hello", Team: "care", Tags: []string{"learning"}}},
		{"any other tap", tap("canteen"), handedOff},
		{"the same word, typed", typed, decide.Decision{Outcome: "replied", By: "fallback", Reply: "sorry"}},
	} {
		got := decide.Decide(b, known(), c.m, monday)
		explanations := cmpopts.IgnoreFields(got, "Playbook", "Language", "Detected", "Reason", "ReasonZH", "Matched")
		if diff := cmp.Diff(c.want, got, explanations); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	head := known()
	head.Contact.Language = "zh-CN"
	if got := decide.Decide(b, head, tap("news"), monday); got.Language != "zh-CN" {
		t.Errorf("got %s, want the language that the member wrote in before", got.Language)
	}
	people := conversation.Head{ID: "c1", First: monday, Version: 2, HandedOff: monday}
	if got := decide.Decide(b, people, tap("news"), monday); got.Reply != "" {
		t.Errorf("got %s while people are in charge, want nothing", got.Reply)
	}
}
