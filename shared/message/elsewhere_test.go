package message

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

func TestWhatHappenedElsewhereComesBack(t *testing.T) {
	e := Elsewhere{
		Channel: "kf-main", ID: "m1", To: Person{UserID: "wmEXAMPLE0001"}, By: "zhang", Time: time.Unix(1780000000, 0).UTC(),
		Did: Wrote, Type: "text", Text: "Of course.",
	}
	body, err := EncodeElsewhere(e)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeElsewhere(body)
	if err != nil || !IsElsewhere(body) || !json.Valid(body) || !reflect.DeepEqual(got, e) {
		t.Errorf("got %+v, %v, want %+v", got, err, e)
	}
}

func TestAMessageOfACustomerIsNotTakenForWhatHappenedElsewhere(t *testing.T) {
	body, err := json.Marshal(Inbound{Channel: "kf-main", ID: "m1", Text: `{"elsewhere":{}}`})
	if err != nil {
		t.Fatal(err)
	}
	if IsElsewhere(body) {
		t.Errorf("got %s taken for something else", body)
	}
}

func FuzzDecodeElsewhere(f *testing.F) {
	f.Add([]byte(`{"elsewhere":{"channel":"kf-main","id":"m1","to":{"user_id":"wmEXAMPLE0001"},"time":"2026-11-22T02:00:00Z","did":"ended"}}`))
	f.Add([]byte(`{"elsewhere":`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := DecodeElsewhere(body)
		if err != nil {
			return
		}
		again, err := EncodeElsewhere(e)
		if err != nil || !IsElsewhere(again) {
			t.Errorf("%s was read and cannot be written: %v", body, err)
		}
	})
}
