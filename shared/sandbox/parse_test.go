package sandbox

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzParse: the parser neither fails nor lets through what the limits forbid.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		textTo(sheena, "hi"), to(sheena, buttons("Yes", "No")), to(sheena, list("Open", section("A", row("1", "x", "y")))),
		to(sheena, template("order_update", "en_US", param("a"))), `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.X"}`,
		to(sheena, `"type":"contacts","contacts":[{"name":{"formatted_name":"A"}}]`), to(sheena, `"type":"location","location":{"latitude":1,"longitude":"2"}`),
		to(sheena, `"type":"reaction","reaction":{"message_id":"wamid.X","emoji":"x"}`), `null`, `[]`, `{}`, `{"messaging_product":"whatsapp","type":"text","to":"1","text":null}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		req, refused := parse(data)
		if refused != nil {
			if title, status := titleAndStatus(refused.code); title == "Error" || status < 400 {
				t.Errorf("undocumented code %d", refused.code)
			}
			return
		}
		if req.Status == "read" {
			return
		}
		c := req.body.content()
		if len([]rune(c.Text)) > 4096+len("[document] ") || len(c.Buttons) > 3 || c.Shape == "" {
			t.Errorf("let through %+v", c)
		}
	})
}

func BenchmarkSend(b *testing.B) {
	post := func(context.Context, []byte, string) error { return nil }
	s, err := New(Config{Numbers: []Number{{PhoneNumberID: "1", Token: "t", AppSecret: "s", Throughput: -1, FreePairs: true}}, Post: post, Receipts: NoReceipts, Customers: []Customer{sheena}})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Write(context.Background(), "1", sheena, "hi"); err != nil {
		b.Fatal(err)
	}
	body := to(sheena, `"biz_opaque_callback_data":"home.reply",`+buttons("Yes", "No"))
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/v26.0/1/messages", strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer t")
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Body.String())
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	post := func(context.Context, []byte, string) error { return nil }
	s, err := New(Config{Numbers: []Number{shop}, Post: post})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Write(context.Background(), shop.PhoneNumberID, sheena, "hi what is the price?"); err != nil {
			b.Fatal(err)
		}
	}
}
