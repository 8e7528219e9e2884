package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/whatsapp"
)

const shopNumber, shopAccount = "106540352242922", "102290129340398"

// newListing is a sandbox with templates, and the channel that asks it for them.
func newListing(t *testing.T, templates ...sandbox.Template) (*sandbox.Sandbox, channel.Channel) {
	t.Helper()
	sb, err := sandbox.New(sandbox.Config{
		Numbers:   []sandbox.Number{{PhoneNumberID: shopNumber, BusinessID: shopAccount, Token: "shop-token", AppSecret: "shop-secret"}},
		Templates: templates, Post: func(context.Context, []byte, string) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	srv := httptest.NewServer(sb)
	t.Cleanup(srv.Close)
	return sb, channel.Channel{ID: "wa-main", Kind: message.WhatsApp, APIURL: srv.URL + "/v26.0", Token: "shop-token", BusinessID: shopAccount}
}

// all asks for every page and says how many there were.
func all(t *testing.T, ch channel.Channel) (templates []whatsapp.Template, pages int) {
	t.Helper()
	var s whatsapp.Sender
	for after := ""; ; pages++ {
		page, err := s.Templates(t.Context(), ch, after)
		if err != nil {
			t.Fatal(err)
		}
		templates = append(templates, page.Templates...)
		if after = page.Next; after == "" {
			return templates, pages + 1
		}
	}
}

func TestTemplatesAreListedWithWhatWasToldOfThem(t *testing.T) {
	sb, ch := newListing(t,
		sandbox.Template{Name: "order_update", Language: "en_US", Params: 2},
		sandbox.Template{Name: "order_update", Language: "zh_CN", Body: "您好 {{1}}"},
		sandbox.Template{Name: "gone", Language: "en_US"},
		sandbox.Template{Name: "sale", Language: "en", Category: "marketing", Components: json.RawMessage(`[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Now"}]`)},
	)
	for _, n := range []sandbox.Notice{
		sandbox.TemplateStatus{Name: "order_update", Language: "en_US", Event: "PAUSED"},
		sandbox.TemplateStatus{Name: "order_update", Language: "zh_CN", Event: "REINSTATED"},
		sandbox.TemplateStatus{Name: "gone", Language: "en_US", Event: "DELETED"},
		sandbox.TemplateStatus{Name: "sale", Language: "en", Event: "REJECTED"},
		sandbox.TemplateQuality{Name: "order_update", Language: "en_US", Score: "RED"},
		sandbox.TemplateCategory{Name: "order_update", Language: "zh_CN", Category: "marketing"},
	} {
		if err := sb.Notify(t.Context(), shopNumber, n); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := all(t, ch)
	want := []whatsapp.Template{
		{Name: "order_update", Language: "en_US", Status: "PAUSED", Category: "utility", Params: 2, Quality: "RED"},
		{Name: "order_update", Language: "zh_CN", Status: "APPROVED", Category: "marketing", Params: 1, Quality: "UNKNOWN"},
		{Name: "sale", Language: "en", Status: "REJECTED", Category: "marketing", Header: "IMAGE", Quality: "UNKNOWN", Reason: "INVALID_FORMAT"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("templates differ (-want +got):\n%s", diff)
	}
}

func TestAListOfSeveralPages(t *testing.T) {
	var templates []sandbox.Template
	for i := range 2*whatsapp.TemplatesPerPage + 1 {
		templates = append(templates, sandbox.Template{Name: "t_" + strconv.Itoa(1000+i), Language: "en", Params: i % 4})
	}
	_, ch := newListing(t, templates...)
	got, pages := all(t, ch)
	if len(got) != len(templates) || pages != 3 {
		t.Fatalf("got %d templates on %d pages, want %d on 3", len(got), pages, len(templates))
	}
	for i, tm := range got {
		if tm.Name != templates[i].Name || tm.Params != i%4 {
			t.Errorf("got %+v in place %d", tm, i)
		}
	}
}

func TestWhoMayNotList(t *testing.T) {
	_, ch := newListing(t, sandbox.Template{Name: "a", Language: "en"})
	for _, c := range []struct {
		name   string
		change func(*channel.Channel)
		after  string
		code   int
	}{
		{"another token", func(ch *channel.Channel) { ch.Token = "no-token" }, "", 190},
		{"another account", func(ch *channel.Channel) { ch.BusinessID = "5" }, "", 100},
		{"a mark of something else", func(*channel.Channel) {}, "AAAA", 100},
	} {
		changed := ch
		c.change(&changed)
		_, err := new(whatsapp.Sender).Templates(t.Context(), changed, c.after)
		if failed, ok := errors.AsType[*message.SendError](err); !ok || failed.Code != c.code {
			t.Errorf("%s: got %v, want code %d", c.name, err, c.code)
		}
	}
}
