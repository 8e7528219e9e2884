package wecom

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

func kfChannel(url string) channel.Channel {
	return channel.Channel{
		ID: "kf-main", Kind: message.WeComKF, CorpID: vectorCorp, OpenKFID: "wkAJ2GCAAAexample", APIURL: url,
		Secret: markSecret, Token: markCallback, AESKey: markAESKey,
	}
}

// TestItems reads every sample of an entry of sync_msg and compares the whole result.
func TestItems(t *testing.T) {
	samples := files(t, "kf/*.json")
	if len(samples) < 55 {
		t.Errorf("found %d samples, want at least 55", len(samples))
	}
	for file, raw := range samples {
		t.Run(strings.TrimSuffix(file, ".json"), func(t *testing.T) {
			item, err := ParseItem(kfChannel(""), raw)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(item, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "items", file), append(got, '\n'))
			keepsEveryText(t, raw, got)
		})
	}
	goldens, _ := filepath.Glob("testdata/items/*.json")
	if len(goldens) != len(samples) {
		t.Errorf("%d golden files for %d samples", len(goldens), len(samples))
	}
}

// keepsEveryText looks for every text of a sample in what was made of it. The account
// is told by the channel, and event by the field that is set.
func keepsEveryText(t *testing.T, raw, got []byte) {
	t.Helper()
	var in any
	if err := json.Unmarshal(raw, &in); err != nil {
		t.Fatal(err)
	}
	told := []string{"wkAJ2GCAAAexample", "event", "enter_session", "session_status_change", "msg_send_fail"}
	texts(in, func(text string) {
		for _, known := range told {
			if text == known {
				return
			}
		}
		for part := range strings.SplitSeq(text, between) { // a tapped item
			quoted, _ := json.Marshal(part)
			if inner := bytes.Trim(quoted, `"`); !bytes.Contains(got, inner) && !strings.Contains(string(got), part) {
				t.Errorf("%q is lost", part)
			}
		}
	})
}

func texts(v any, yield func(string)) {
	switch v := v.(type) {
	case string:
		yield(v)
	case []any:
		for _, one := range v {
			texts(one, yield)
		}
	case map[string]any:
		for _, one := range v {
			texts(one, yield)
		}
	}
}

func TestItemsThatCannotBeUsed(t *testing.T) {
	for _, c := range []struct {
		name, raw string
		want      error
	}{
		{"nothing", ``, ErrItem},
		{"null", `null`, ErrItem},
		{"a list", `[]`, ErrItem},
		{"cut off", `{"msgid":"1"`, ErrItem},
		{"no customer", `{"msgid":"1","send_time":1780000000,"origin":3,"msgtype":"text","text":{"content":"hi"}}`, ErrUnusable},
		{"no time", `{"msgid":"1","external_userid":"wm","origin":3,"msgtype":"text","text":{"content":"hi"}}`, ErrUnusable},
		{"a time after the year 9999", `{"msgid":"1","external_userid":"wm","send_time":999999999999,"origin":3,"msgtype":"text"}`, ErrUnusable},
		{"no type", `{"msgid":"1","external_userid":"wm","send_time":1780000000,"origin":3}`, ErrUnusable},
		{"a servicer to nobody", `{"msgid":"1","send_time":1780000000,"origin":5,"msgtype":"text"}`, ErrUnusable},
		{"another account", `{"msgid":"1","open_kfid":"wkOTHER","external_userid":"wm","send_time":1780000000,"origin":3,"msgtype":"text"}`, ErrNoChannel},
		{"an event of another account", `{"msgid":"1","origin":4,"msgtype":"event","event":{"event_type":"enter_session","open_kfid":"wkOTHER"}}`, ErrNoChannel},
	} {
		if got, err := ParseItem(kfChannel(""), json.RawMessage(c.raw)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %+v and %v, want %v", c.name, got, err, c.want)
		}
	}
}

func TestAnItemWithoutMsgidHasTheSameIDEachTime(t *testing.T) {
	raw := files(t, "kf/event_without_msgid.json")["event_without_msgid.json"]
	one, _ := ParseItem(kfChannel(""), raw)
	two, _ := ParseItem(kfChannel(""), raw)
	if one.ID == "" || one.ID != two.ID || one.Entry == nil || one.Entry.ID != one.ID {
		t.Errorf("got %q and %q", one.ID, two.ID)
	}
}

// FuzzItem: any item gives exactly one value that can be stored and comes back the
// same, or an error of ours.
func FuzzItem(f *testing.F) {
	seeds(f, "kf/*.json")
	ch := kfChannel("")
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := ParseItem(ch, raw)
		if err != nil {
			if !errors.Is(err, ErrItem) && !errors.Is(err, ErrUnusable) && !errors.Is(err, ErrNoChannel) {
				t.Errorf("got %v", err)
			}
			return
		}
		set := 0
		for _, is := range []bool{got.Inbound != nil, got.Answer != nil, got.Receipt != nil, got.Entry != nil, got.Session != nil, got.Event != nil} {
			if is {
				set++
			}
		}
		if set != 1 || got.ID == "" {
			t.Errorf("got %d values and id %q, want one", set, got.ID)
		}
		stored, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var back Item
		if err = json.Unmarshal(stored, &back); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(back)
		if err != nil || !bytes.Equal(stored, again) {
			t.Errorf("%s becomes %s, %v", stored, again, err)
		}
	})
}

func BenchmarkParseItem(b *testing.B) {
	raw := files(b, "kf/text.json")["text.json"]
	ch := kfChannel("")
	b.ReportAllocs()
	for b.Loop() {
		if item, err := ParseItem(ch, raw); err != nil || item.Inbound == nil {
			b.Fatal("not parsed", err)
		}
	}
}
