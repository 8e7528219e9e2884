package file_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/mail"
	"frontdesk/shared/mail/file"
)

func box(t *testing.T) (*file.Box, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data", "mail")
	b, err := file.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return b, dir
}

func envelope(t testing.TB, week, subject string, at time.Time) mail.Envelope {
	t.Helper()
	id, err := mail.MessageID(week, "r1", "desk@example.com")
	if err != nil {
		t.Fatal(err)
	}
	m := mail.Message{Subject: subject, HTML: "<p>" + subject + " 你好</p>\n", Text: subject + " 你好\n", Language: mail.Chinese}
	e, err := mail.Pack(m, mail.Headers{From: "前台 <desk@example.com>", To: "Pat Example <pat@example.com>", Date: at, ID: id})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestMailsComeBackAsTheyWereSent(t *testing.T) {
	b, _ := box(t)
	first, second := envelope(t, "2026-W46", "第 46 周：会话", monday.AddDate(0, 0, -7)), envelope(t, "2026-W47", "Week 47", monday)
	for _, e := range []mail.Envelope{first, second} {
		if err := b.Send(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	list, err := b.List()
	if err != nil || len(list) != 2 {
		t.Fatalf("got %v, %v, want two mails", list, err)
	}
	if list[0].Subject != "Week 47" || list[1].Subject != "第 46 周：会话" || !list[1].Date.Equal(monday.AddDate(0, 0, -7)) {
		t.Errorf("got %+v, want the newest first, with decoded subjects", list)
	}
	if e := list[1]; e.From != "前台 <desk@example.com>" || !strings.Contains(e.To, "pat@example.com") {
		t.Errorf("got %+v, want who sent it to whom", e)
	}
	if m, err := b.Read(list[1].ID); err != nil || string(m.Raw) != string(first.MIME) || m.Entry != list[1] {
		t.Errorf("got %q, %v, want what was sent", m.Raw, err)
	}
}

func TestAFolderThatOthersCouldOpenIsClosedToThem(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Open(dir); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("got %v, %v, want 0700", info.Mode().Perm(), err)
	}
}

func TestTheSameMailTwiceIsOneFile(t *testing.T) {
	b, _ := box(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := b.Send(t.Context(), envelope(t, "2026-W47", "Week 47", monday)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if list, err := b.List(); err != nil || len(list) != 1 {
		t.Errorf("got %d mails, %v, want 1", len(list), err)
	}
}

func TestOnlyTheOwnerCanRead(t *testing.T) {
	b, dir := box(t)
	if err := b.Send(t.Context(), envelope(t, "2026-W47", "Week 47", monday)); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("got %v, %v, want one file and no temporary one", entries, err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, entries[0].Name()): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: got %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
}

func TestRefusesIDsThatAreNotOurs(t *testing.T) {
	b, dir := box(t)
	if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "secret.eml"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"", "../secret", "..", "/etc/passwd", "ABCDEFABCDEFABCDEFABCDEF", strings.Repeat("a", 26), "0123456789abcdef0123456\x00"} {
		if _, err := b.Read(id); !errors.Is(err, file.ErrID) {
			t.Errorf("%q: got %v, want ErrID", id, err)
		}
	}
	if _, err := b.Read(strings.Repeat("a", 24)); !errors.Is(err, file.ErrNotFound) {
		t.Errorf("an id without a mail: got %v, want ErrNotFound", err)
	}
}

func TestDamagedAndForeignFiles(t *testing.T) {
	b, dir := box(t)
	id := strings.Repeat("a", 24)
	for name, content := range map[string]string{id + ".eml": "no headers at all", "readme.txt": "x", "notes.eml": "x", ".new-1": "half a mail"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := b.List()
	if err != nil || len(list) != 1 || list[0] != (file.Entry{ID: id}) {
		t.Errorf("got %+v, %v, want the damaged one without headers and nothing else", list, err)
	}
}

func TestAHeaderInACharsetThatWeDoNotKnow(t *testing.T) {
	b, _ := box(t)
	if err := b.Send(t.Context(), mail.Envelope{ID: "x@example.com", MIME: []byte("Subject: =?x-odd?q?a?=\r\n\r\nhi")}); err != nil {
		t.Fatal(err)
	}
	if list, err := b.List(); err != nil || list[0].Subject != "=?x-odd?q?a?=" {
		t.Errorf("got %+v, %v, want the subject as it stands", list, err)
	}
}

func TestFailures(t *testing.T) {
	b, dir := box(t)
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	e := envelope(t, "2026-W47", "secret figures", monday)
	if err := b.Send(stopped, e); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: got %v, want context.Canceled", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	err := b.Send(t.Context(), e)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is gone: got %v, want ErrNotExist", err)
	}
	if s := fmt.Sprint(err); strings.Contains(s, "pat@") || strings.Contains(s, "secret") {
		t.Errorf("the error holds what the mail says: %s", s)
	}
	if _, err := b.List(); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("list without a folder: got %v, want ErrNotExist", err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Open(dir); err == nil {
		t.Error("a file in place of the folder: got no error")
	}
}

func FuzzList(f *testing.F) {
	f.Add(string(envelope(f, "2026-W47", "Week 47", monday).MIME))
	f.Add("Date: now\r\nSubject: =?utf-8?b?5?=\r\n\r\n")
	f.Add("")
	b, err := file.Open(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if err := b.Send(t.Context(), mail.Envelope{ID: "x@example.com", MIME: []byte(raw)}); err != nil {
			t.Fatal(err)
		}
		list, err := b.List()
		if err != nil || len(list) != 1 {
			t.Fatalf("got %v, %v, want one mail", list, err)
		}
		if got, err := b.Read(list[0].ID); err != nil || string(got.Raw) != raw {
			t.Errorf("got %q, %v, want the file as it is", got.Raw, err)
		}
	})
}
