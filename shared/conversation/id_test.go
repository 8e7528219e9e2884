package conversation

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/message"
)

func TestTheIDOfAConversation(t *testing.T) {
	phone := message.Person{Phone: "16505551234"}
	both := message.Person{Phone: "16505551234", UserID: "US.13491208655302741918"}
	tests := []struct {
		name string
		a, b string
		same bool
	}{
		{"the same person on the same channel", ID("wa-main", phone), ID("wa-main", phone), true},
		{"the same person on another channel", ID("wa-main", phone), ID("wa-two", phone), false},
		{"a name makes no difference", ID("wa-main", phone), ID("wa-main", message.Person{Phone: "16505551234", Name: "Sheena"}), true},
		{"the user id counts before the phone", ID("wa-main", both), ID("wa-main", message.Person{UserID: both.UserID}), true},
		{"a user id that looks like a phone is another person", ID("wa-main", message.Person{UserID: "16505551234"}), ID("wa-main", phone), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if (tt.a == tt.b) != tt.same {
				t.Errorf("got %s and %s, want same = %v", tt.a, tt.b, tt.same)
			}
		})
	}
}

func TestAnIDShowsNothingOfThePersonAndFitsAQueueGroup(t *testing.T) {
	id := ID("wa-main", message.Person{Phone: "16505551234"})
	if strings.Contains(id, "6505551234") || !regexp.MustCompile(`^[0-9a-v]{26}$`).MatchString(id) {
		t.Errorf("got %q, want 26 letters and digits without the number", id)
	}
}

func TestMessageIDsSortByTimeAndTellIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(0, 1<<47)
		a, b := ms.Draw(t, "a"), ms.Draw(t, "b")
		entropy := rapid.SliceOfN(rapid.Byte(), 6, 6)
		ida := NewID(time.UnixMilli(a), entropy.Draw(t, "ea"))
		idb := NewID(time.UnixMilli(b), entropy.Draw(t, "eb"))
		if a < b && ida >= idb {
			t.Fatalf("%s of %d ms sorts behind %s of %d ms", ida, a, idb, b)
		}
		if got := IDTime(ida); got.UnixMilli() != a {
			t.Fatalf("got time %d, want %d", got.UnixMilli(), a)
		}
		if bound := IDBound(time.UnixMilli(a)); bound > ida {
			t.Fatalf("the bound %s lies above %s", bound, ida)
		}
	})
}

func TestARepeatedDeliveryHasTheSameMessageID(t *testing.T) {
	m := message.Inbound{Channel: "wa-main", ID: "wamid.TEST0001", Time: time.Unix(1749416383, 0), Text: "hello"}
	again := m
	again.Text = "another parse of the same message"
	if InboundID(m) != InboundID(again) {
		t.Error("two deliveries of one message got two ids")
	}
	again.ID = "wamid.TEST0002"
	if InboundID(m) == InboundID(again) {
		t.Error("two messages got one id")
	}
}

func TestAReferenceComesBack(t *testing.T) {
	home := ID("wa-main", message.Person{Phone: "16505551234"})
	sum := sha256.Sum256([]byte("x"))
	reply := NewID(time.UnixMilli(1749416383000), sum[:])
	gotHome, gotReply, ok := ParseRef(Ref(home, reply))
	if !ok || gotHome != home || gotReply != reply {
		t.Errorf("got %s, %s, %v", gotHome, gotReply, ok)
	}
	for _, bad := range []string{"", ".", "order-4711", home, home + ".", "short." + reply, home + ".not-an-id"} {
		if _, _, ok := ParseRef(bad); ok {
			t.Errorf("%q passed as a reference of ours", bad)
		}
	}
}

func FuzzParseRef(f *testing.F) {
	f.Add(Ref(ID("wa-main", message.Person{Phone: "1"}), NewID(time.UnixMilli(1), nil)))
	f.Add("....")
	f.Fuzz(func(t *testing.T, ref string) {
		home, reply, ok := ParseRef(ref)
		if ok && Ref(home, reply) != ref {
			t.Errorf("%q came back as %q", ref, Ref(home, reply))
		}
	})
}
