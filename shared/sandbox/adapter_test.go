package sandbox_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/whatsapp"
)

// TestTheAdapterMeetsTheSandbox lets our own WhatsApp adapter verify, parse and
// send against the sandbox: what one of them believes, the other keeps to.
func TestTheAdapterMeetsTheSandbox(t *testing.T) {
	var door *whatsapp.Door
	var got whatsapp.Parsed
	sb, err := sandbox.New(sandbox.Config{
		Numbers:   []sandbox.Number{{PhoneNumberID: "106540352242922", DisplayNumber: "15550783881", BusinessID: "102290129340398", Token: "shop-token", AppSecret: "shop-secret"}},
		Templates: []sandbox.Template{{Name: "we_are_back", Language: "en_US", Params: 1}},
		After:     func(_ time.Duration, f func()) { f() }, // receipts overtake the answer, as they may
		Post: func(_ context.Context, body []byte, signature string) error {
			signed, ok := door.Verify(body, signature)
			if !ok {
				return errors.New("401")
			}
			parsed, err := door.Parse(signed, body)
			got.Inbound, got.Receipts = append(got.Inbound, parsed.Inbound...), append(got.Receipts, parsed.Receipts...)
			got.Strays, got.Notices = append(got.Strays, parsed.Strays...), append(got.Notices, parsed.Notices...)
			return err
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	srv := httptest.NewServer(sb)
	defer srv.Close()
	ch := channel.Channel{ID: "wa-main", Kind: message.WhatsApp, APIURL: srv.URL + "/v26.0", Token: "shop-token",
		PhoneNumberID: "106540352242922", BusinessID: "102290129340398", AppSecrets: []channel.Secret{"shop-secret"}}
	door = whatsapp.NewDoor([]channel.Channel{ch})

	owl := sandbox.Customer{UserID: "US.77000000000000000001", Name: "Owl 🦉", Username: "night_owl"}
	ctx := context.Background()
	if _, err := sb.Write(ctx, "106540352242922", owl, "请问多少钱?"); err != nil {
		t.Fatal(err)
	}
	if len(got.Inbound) != 1 || got.Inbound[0].Text != "请问多少钱?" || got.Inbound[0].From.Name != owl.Name || got.Inbound[0].From.Phone != "" {
		t.Fatalf("the message arrived as %+v", got)
	}
	var sender whatsapp.Sender
	contents := []message.Content{
		{Shape: message.ShapeText, Text: "Hello 👋"},
		{Shape: message.ShapeCard, Header: "Teas", Text: "All of them", Footer: "CNY", Link: &message.Link{URL: "https://shop.example/teas?a=1&b=2", Label: "Open"}},
		{Shape: message.ShapeButtons, Header: "Teas", Text: "Which?", Footer: "CNY", Buttons: []message.Choice{{ID: "green", Title: "Green tea"}}},
		{Shape: message.ShapeList, Text: "Which?", Open: "Open", Sections: []message.Section{{Title: "All", Rows: []message.Choice{{ID: "r1", Title: "Oolong", Description: "Roasted"}}}}},
		{Shape: message.ShapeImage, Text: "Our shop", Media: &message.Media{Kind: "image", URL: "https://shop.example/shop.png"}},
		{Shape: message.ShapeVideo, Media: &message.Media{Kind: "video", ID: "1013859600285441"}},
		{Shape: message.ShapeDocument, Text: "All teas", Media: &message.Media{Kind: "document", URL: "https://shop.example/teas.pdf", Name: "茶单.pdf"}},
		{Shape: message.ShapeAudio, Media: &message.Media{Kind: "audio", URL: "https://shop.example/hello.amr"}},
		{Shape: message.ShapeButtons, Media: &message.Media{Kind: "image", URL: "https://shop.example/shop.png"}, Text: "Which?", Buttons: []message.Choice{{ID: "green", Title: "Green tea"}}},
		{Shape: message.ShapeCard, Media: &message.Media{Kind: "document", URL: "https://shop.example/teas.pdf", Name: "teas.pdf"}, Text: "All of them", Link: &message.Link{URL: "https://shop.example/teas", Label: "Open"}},
		{Shape: message.ShapeApproved, Approved: &message.Approved{Name: "we_are_back", Language: "en_US", Params: []string{"Owl"}}},
	}
	for _, c := range contents {
		if _, err := sender.Send(ctx, ch, message.Outgoing{Channel: ch.ID, To: got.Inbound[0].From, Content: c, Ref: "home.reply", ReplyTo: got.Inbound[0].ID}); err != nil {
			t.Errorf("%s: %v", c.Shape, err)
		}
	}
	var seen []message.Content
	for _, m := range sb.Sent() {
		seen = append(seen, m.Content)
	}
	contents[len(contents)-1].Text = "Owl" // the approved text as the customer sees it
	if diff := cmp.Diff(contents, seen, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("what the customer sees (-want +got):\n%s", diff)
	}
	if len(got.Receipts) != 3*len(contents) || got.Receipts[0].Ref != "home.reply" || got.Receipts[2].Status != message.Read || len(got.Strays)+len(got.Notices) != 0 {
		t.Errorf("receipts: %+v", got)
	}
	if err := sb.Prefer(ctx, "106540352242922", owl, true); err != nil {
		t.Fatal(err)
	}
	for _, n := range []sandbox.Notice{sandbox.Quality{}, sandbox.Capability{}, sandbox.Alert{EntityID: "106540352242922"}, sandbox.Account{}, sandbox.TemplateStatus{}} {
		if err := sb.Notify(ctx, "106540352242922", n); err != nil {
			t.Fatal(err)
		}
	}
	if len(got.Notices) != 6 || got.Notices[0].Field != "user_preferences" || got.Notices[0].Channel != ch.ID || len(got.Strays) != 0 {
		t.Errorf("notices: %+v", got)
	}
	_, err = sender.Send(ctx, ch, message.Outgoing{Channel: ch.ID, To: message.Person{Phone: "16505559999"}, Content: contents[0]})
	var failed *message.SendError
	if !errors.As(err, &failed) || failed.Code != 131026 || failed.Class != message.Drop {
		t.Errorf("to a stranger: got %v, want 131026 to be dropped", err)
	}
}
