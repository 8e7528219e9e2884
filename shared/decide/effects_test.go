package decide_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
)

func TestEffects(t *testing.T) {
	b := book(t, filters(
		`{"id": "a", "when": {"contains": ["price"]}, "continue": true, "then": {"tag": ["asked"], "untag": ["new", "cold"], "priority": "high", "assignee": "ann",
			"note": "{{ contact.name }} asks", "notify": ["boss"], "follow_up": {"after": "2h", "if": "unanswered", "then": "hand_off"}}}`,
		`{"id": "b", "when": {"contains": ["price"]}, "then": {"reply": "price", "tag": ["new"], "untag": ["asked"], "priority": "low", "assignee": "ann", "status": "resolved",
			"note": "told", "notify": ["boss", "shop"], "follow_up": {"after": "24h", "if": "open", "then": "notify", "notify": ["shop"]}}}`,
	))
	d := decide.Decide(b, known(), says("price"), monday)
	want := decide.Decision{
		Untag: []string{"new", "cold"}, Assignee: "ann", Priority: "high", Status: conversation.Resolved,
		Notes:  []decide.Note{{Filter: "a", Text: "{{ contact.name }} asks"}, {Filter: "b", Text: "told"}},
		Notify: []string{"boss", "shop"},
		FollowUps: []decide.FollowUp{
			{Filter: "a", At: monday.Add(2 * time.Hour), If: "unanswered", Then: "hand_off"},
			{Filter: "b", At: monday.Add(24 * time.Hour), If: "open", Then: "notify", Notify: []string{"shop"}},
		},
	}
	if diff := cmp.Diff(want, effectsOf(d)); diff != "" {
		t.Errorf("effects differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"asked"}, d.Tags); diff != "" {
		t.Errorf("tags differ: what an earlier filter took away came back (-want +got):\n%s", diff)
	}
	for i, want := range []string{
		`text contains "price"; takes away the tag new; takes away the tag cold; assigns to the agent ann; sets priority to high; leaves a private note; sends the notice boss; looks at the conversation again in 2h0m0s`,
		`text contains "price"; not low: an earlier filter has said high; sets the conversation to resolved; leaves a private note; sends the notice shop; looks at the conversation again in 24h0m0s`,
	} {
		if got := d.Matched[i].Why; got != want {
			t.Errorf("filter %d:\ngot  %s\nwant %s", i, got, want)
		}
	}
	for i, want := range []string{
		`文本包含“price”；移除标签 new；移除标签 cold；分配给客服 ann；优先级设为高；添加内部备注；发送通知 boss；2 小时后再次检查会话`,
		`文本包含“price”；不改为低：前面的规则已设为高；会话状态设为已解决；添加内部备注；发送通知 shop；24 小时后再次检查会话`,
	} {
		if got := d.Matched[i].WhyZH; got != want {
			t.Errorf("filter %d:\ngot  %s\nwant %s", i, got, want)
		}
	}
}

// Who is muted or blocked gets no fallback for the message that led to it.
func TestMutingAndBlockingLeaveTheMessageUnanswered(t *testing.T) {
	for _, c := range []struct {
		name, then, want, zh string
		outcome              conversation.Outcome
		until                time.Time
		block                bool
	}{
		{"mute", `{"mute": "24h"}`, `text contains "price"; no automatic replies to this contact for 24h0m0s`, `文本包含“price”；24 小时内不自动回复该客户`, conversation.Ignored, monday.Add(24 * time.Hour), false},
		{"block", `{"block": true, "ignore": true}`, `text contains "price"; ignored on purpose; blocks the contact`, `文本包含“price”；按规则忽略；屏蔽该客户`, conversation.Ignored, time.Time{}, true},
		{"mute with a last word", `{"mute": "1h", "reply": "price"}`, `text contains "price"; no automatic replies to this contact for 1h0m0s`, `文本包含“price”；1 小时内不自动回复该客户`, conversation.Replied, monday.Add(time.Hour), false},
		{"mute and call people", `{"mute": "1h", "hand_off": true}`, `text contains "price"; no automatic replies to this contact for 1h0m0s`, `文本包含“price”；1 小时内不自动回复该客户`, conversation.HandedOff, monday.Add(time.Hour), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := book(t, filters(`{"id": "f", "when": {"contains": ["price"]}, "then": `+c.then+`}`), fallback)
			d := decide.Decide(b, known(), says("price"), monday)
			if d.Outcome != c.outcome || d.By != "f" || !d.MutedUntil.Equal(c.until) || d.Block != c.block {
				t.Errorf("got %+v", d)
			}
			if d.Matched[0].Why != c.want || d.Matched[0].WhyZH != c.zh {
				t.Errorf("got %q, %q; want %q, %q", d.Matched[0].Why, d.Matched[0].WhyZH, c.want, c.zh)
			}
		})
	}
}

func TestAHandedOffConversationIsNotResolved(t *testing.T) {
	b := book(t, filters(`{"id": "a", "when": {"contains": ["price"]}, "then": {"status": "resolved"}, "continue": true}`, `{"id": "b", "when": {"contains": ["price"]}, "then": {"hand_off": true}}`))
	if d := decide.Decide(b, known(), says("price"), monday); d.Status != "" || !d.HandOff {
		t.Errorf("got %+v, want people and no status", d)
	}
}

func TestCompileRefusesValuesOfActions(t *testing.T) {
	for then, want := range map[string]string{
		`{"priority": "highest"}`: `filters[0].then.priority: "highest" is not known`,
		`{"status": "new"}`:       `filters[0].then.status: "new" is not known`,
		`{"mute": "soon"}`:        `filters[0].then.mute: "soon" is no length of time`,
		`{"follow_up": {}}`:       `filters[0].then.follow_up.after: it is not said when`,
		`{"follow_up": {"after": "later", "if": "open", "then": "hand_off"}}`:               `filters[0].then.follow_up.after: "later" is no length of time`,
		`{"follow_up": {"after": "2h", "if": "closed", "then": "hand_off"}}`:                `filters[0].then.follow_up.if: "closed" is not known`,
		`{"follow_up": {"after": "2h", "if": "open", "then": "reply"}}`:                     `filters[0].then.follow_up.then: "reply" is not known`,
		`{"follow_up": {"after": "2h", "if": "open", "then": "notify"}}`:                    `filters[0].then.follow_up.notify: notices go with`,
		`{"follow_up": {"after": "2h", "if": "open", "then": "hand_off", "notify": ["a"]}}`: `filters[0].then.follow_up.notify: notices go with`,
	} {
		refused(t, shop+`, `+filters(`{"id": "f", "when": {"exact": ["x"]}, "then": `+then+`}`)+`}`, want)
	}
}
