package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/whatsapp"
)

// What our adapter fills a template with, and what Meta says to it.
func TestTemplatesAreFilledAsTheyAreListed(t *testing.T) {
	named := func(list ...string) (all []message.Named) {
		for i := 0; i < len(list); i += 2 {
			all = append(all, message.Named{Name: list[i], Text: list[i+1]})
		}
		return all
	}
	picture := &message.Media{Kind: "image", URL: "https://shop.example/tea.png"}
	link, reply := message.ApprovedButton{Index: 0, URL: "7"}, message.ApprovedButton{Index: 1, Payload: "order_status"}
	whole := message.Approved{Name: "shipped", Language: "en", Media: picture, Named: named("name", "Ada", "order", "7"), Buttons: []message.ApprovedButton{link, reply}}
	change := func(f func(*message.Approved)) message.Approved {
		a := whole
		f(&a)
		return a
	}
	for name, c := range map[string]struct {
		a    message.Approved
		code int
	}{
		"everything is there":            {whole, 0},
		"a quick reply needs no payload": {change(func(a *message.Approved) { a.Buttons = []message.ApprovedButton{link} }), 0},
		"names in another order":         {change(func(a *message.Approved) { a.Named = named("order", "7", "name", "Ada") }), 0},
		"no picture":                     {change(func(a *message.Approved) { a.Media = nil }), 132012},
		"a film for a picture":           {change(func(a *message.Approved) { a.Media = &message.Media{Kind: "video", ID: "1"} }), 132012},
		"a name that is none":            {change(func(a *message.Approved) { a.Named = named("surname", "Ada", "order", "7") }), 132000},
		"a name too few":                 {change(func(a *message.Approved) { a.Named = named("order", "7") }), 132000},
		"numbers for names":              {change(func(a *message.Approved) { a.Named, a.Params = nil, []string{"Ada", "7"} }), 132012},
		"an address that stays open":     {change(func(a *message.Approved) { a.Buttons = []message.ApprovedButton{reply} }), 131008},
		"a payload for an address":       {change(func(a *message.Approved) { a.Buttons = []message.ApprovedButton{{Index: 0, Payload: "x"}} }), 132012},
		"a button that is not there": {change(func(a *message.Approved) {
			a.Buttons = append(a.Buttons[:2:2], message.ApprovedButton{Index: 2, Payload: "x"})
		}), 132012},
		"a text in the header":             {message.Approved{Name: "hello", Language: "en", Header: &message.Named{Text: "Ada"}}, 0},
		"a header's parameter left open":   {message.Approved{Name: "hello", Language: "en"}, 132012},
		"a header that takes no parameter": {message.Approved{Name: "plain", Language: "en", Header: &message.Named{Text: "Ada"}}, 132000},
	} {
		t.Run(name, func(t *testing.T) {
			ch, sb := shopWith(t)
			_, err := (&whatsapp.Sender{}).Send(context.Background(), ch, message.Outgoing{
				To: message.Person{Phone: "16505551234"}, Content: message.Content{Shape: message.ShapeApproved, Approved: &c.a},
			})
			failed, refused := errors.AsType[*message.SendError](err)
			if refused != (c.code != 0) || refused && failed.Code != c.code {
				t.Fatalf("got %v, want code %d", err, c.code)
			}
			if c.code == 0 && c.a.Name == "shipped" {
				if got := sb.Sent()[0].Content; got.Text != "Ada, order 7 is on its way." || got.Media == nil || got.Media.URL != picture.URL {
					t.Errorf("the customer sees %+v", got)
				}
			}
		})
	}
}

// shopWith is a number whose account has templates of every form.
func shopWith(t *testing.T) (channel.Channel, *sandbox.Sandbox) {
	t.Helper()
	listed := func(name, text string, params int) sandbox.Template {
		return sandbox.Template{Name: name, Language: "en", Params: params, Components: json.RawMessage(text)}
	}
	sb, err := sandbox.New(sandbox.Config{
		Numbers: []sandbox.Number{{PhoneNumberID: "106540352242922", BusinessID: "102290129340398", Token: "shop-token", AppSecret: "shop-secret"}},
		Templates: []sandbox.Template{
			listed("shipped", `[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"{{name}}, order {{order}} is on its way."},
				{"type":"BUTTONS","buttons":[{"type":"URL","text":"Track","url":"https://shop.example/track/{{1}}"},{"type":"QUICK_REPLY","text":"Help"}]}]`, 2),
			listed("hello", `[{"type":"HEADER","format":"TEXT","text":"Hello {{1}}"},{"type":"BODY","text":"We are back."}]`, 0),
			listed("plain", `[{"type":"HEADER","format":"TEXT","text":"Hello"},{"type":"BODY","text":"We are back."}]`, 0),
		},
		Customers: []sandbox.Customer{{Phone: "16505551234", Name: "Ada"}},
		Post:      func(context.Context, []byte, string) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	srv := httptest.NewServer(sb)
	t.Cleanup(srv.Close)
	return channel.Channel{ID: "wa-main", Kind: message.WhatsApp, APIURL: srv.URL + "/v26.0", Token: "shop-token", PhoneNumberID: "106540352242922", BusinessID: "102290129340398"}, sb
}
