package admin

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
)

// Testers are the test contacts, and what answers them.
type Testers struct {
	Items []Contact `json:"items" nullable:"false"`
	// From is what answers them now: draft, or live when the draft could not go live.
	From string `json:"from" enum:"draft,live"`
	// Note says so, and why; NoteZH in Chinese.
	Note   string `json:"note"`
	NoteZH string `json:"note_zh"`
}

// maxTesters is how many test contacts there can be.
const maxTesters = 50

func (a *API) testerOperations(g *group) {
	add(g, operation{id: "list-testers", method: "GET", path: "/v1/testers", permission: access.ContactsRead, teams: teamByHandler,
		summary: "The test contacts, and whether the draft answers them"}, a.listTesters)
}

func (a *API) listTesters(ctx context.Context, c call, _ *struct{}) (*answer[Testers], error) {
	heads, err := a.cfg.Store.Testers(ctx)
	if err != nil {
		return nil, err
	}
	d, err := a.draft(ctx)
	if err != nil {
		return nil, err
	}
	faults, err := a.check(ctx, c, d.Playbook)
	if err != nil {
		return nil, err
	}
	out := Testers{Items: []Contact{}, From: "live"}
	if d.saved() && len(faults) == 0 {
		out.From = "draft"
	}
	out.Note, out.NoteZH = forTesters(d, faults)
	for _, h := range heads {
		if c.sees(h.Team) {
			out.Items = append(out.Items, person(c, h))
		}
	}
	return reply(out), nil
}

// forTesters says which playbook answers test contacts, in English and Chinese.
func forTesters(d draft, faults []playbook.Fault) (english, chinese string) {
	switch n := len(faults); {
	case !d.saved():
		return "There is no draft, so test contacts are answered by what is live.", "没有草稿，测试客户由线上版本回复。"
	case n > 0:
		return fmt.Sprintf("The draft has faults (%d), so test contacts are answered by what is live until they are mended. Checking the draft lists them.", n),
			fmt.Sprintf("草稿有错误（%d 处），改好之前测试客户由线上版本回复。检查草稿可看到全部错误。", n)
	}
	return "Test contacts are answered by the draft.", "测试客户由草稿回复。"
}

func (a *API) addTester(ctx context.Context, c call, in *ConversationRequest) (*answer[Contact], error) {
	h, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil || h.Contact.Tester {
		return tagged(headTag(h), person(c, h)), err
	}
	heads, err := a.cfg.Store.Testers(ctx)
	if err != nil {
		return nil, err
	}
	if len(heads) >= maxTesters {
		return nil, refuse(http.StatusConflict, "there are %d test contacts, and that is the most: remove one first", maxTesters)
	}
	// Listed first: one who is listed and none is passed over, but nobody would find one
	// who is none of the listed.
	if err := a.cfg.Store.NoteTester(ctx, h.ID); err != nil {
		return nil, err
	}
	h, err = a.setTester(ctx, c, h.ID, true)
	if err != nil {
		a.forget(ctx, h.ID)
	}
	return tagged(headTag(h), person(c, h)), err
}

func (a *API) removeTester(ctx context.Context, c call, in *ConversationRequest) (*answer[Contact], error) {
	h, err := a.setTester(ctx, c, in.ID, false)
	if err == nil {
		a.forget(ctx, h.ID)
	}
	return tagged(headTag(h), person(c, h)), err
}

// forget takes somebody off the list. When that fails they are passed over there.
func (a *API) forget(ctx context.Context, id string) {
	if err := a.cfg.Store.ForgetTester(ctx, id); err != nil {
		a.cfg.Log.Warn("somebody is still on the list of test contacts who is none", "conversation", id, "error", err)
	}
}

func (a *API) setTester(ctx context.Context, c call, id string, tester bool) (conversation.Head, error) {
	return a.amend(ctx, c, id, amendment{"contact.tester", func(h conversation.Head, _ time.Time) (conversation.Head, error) {
		h.Contact.Tester = tester
		return h, nil
	}, func(old, now conversation.Head) change {
		if old.Contact.Tester == now.Contact.Tester {
			return change{}
		}
		return change{map[string]bool{"tester": old.Contact.Tester}, map[string]bool{"tester": tester}}
	}})
}
