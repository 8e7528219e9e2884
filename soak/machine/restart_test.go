package machine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk/shared/desk"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

// A reply is cut off between the send and its record. The claim holds over two
// restarts, and when it has run out the receipt proves the reply: it is recorded, by the
// real program in real time, and not sent again.
func TestAClaimThatWasCutOffIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	g := newGraph(t, 1, 6)
	began, heal := hanging(t, g)
	m := newMachine(t, g)
	m.start()
	m.publish(echo)
	c := newCustomers(m, g)
	wrote := time.Now() // no claim is older
	c.write(t.Context(), 1, 1, 1)
	<-began
	heal()
	for range 2 { // the second time it is killed in the pause
		if err := m.end(syscall.SIGKILL); err == nil {
			t.Error("kill -9 ended the program without an error")
		}
		m.start()
		_ = pause(t.Context(), 2*time.Second)
	}
	m.says(`"msg":"replied"`)
	if took := time.Since(wrote); took < desk.Lease {
		t.Errorf("it was taken up after %s, want not before the lease of %s has run out", took, desk.Lease)
	}
	if err := m.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	if n := m.left(); n != 0 {
		t.Errorf("got %d jobs left, want none", n)
	}
	if f := verdict(t, m, c, g); f.answered != 1 {
		t.Errorf("got %s, want one answered once", f)
	}
}

// says waits until the log of the program holds a text.
func (m *machine) says(text string) {
	m.t.Helper()
	for end := time.Now().Add(patience); !strings.Contains(m.log.String(), text); {
		if time.Now().After(end) {
			m.t.Fatalf("after %s the log has no %s\n%s", patience, text, tail(m.log.String()))
		}
		_ = pause(m.t.Context(), 20*time.Millisecond)
	}
}

// zoneAt is a time zone in which it is now this hour.
func zoneAt(hour int) string {
	offset := (hour-time.Now().UTC().Hour()+24+11)%24 - 11
	return fmt.Sprintf("FRONTDESK_TIMEZONE=Etc/GMT%+d", -offset) // its signs are the other way round
}

// A machine that was off from after midnight to noon does the night's figures and
// the week's mail when it is back, and once only.
func TestTheClockCatchesUpAfterTheMachineWasOff(t *testing.T) {
	t.Parallel()
	g := newGraph(t, 1, 7)
	m := newMachine(t, g)
	env := m.env
	m.env = append(env[:len(env):len(env)], zoneAt(0)) // three hours before the night's figures are due
	m.start()
	m.publish(echo)
	m.recipient("ada@example.com")
	c := newCustomers(m, g)
	c.write(t.Context(), 1, 1, 1)
	m.says(`"msg":"replied"`)
	if err := m.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	if rolled, mails := m.done(); rolled != 0 || mails != 0 {
		t.Fatalf("after midnight: got %d days rolled up and %d mails, want nothing due yet", rolled, mails)
	}
	m.listedForWeeks("ada")
	m.env = append(env[:len(env):len(env)], zoneAt(12))
	for i := range 3 {
		m.start()
		m.mailed()
		if err := m.end([]syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGTERM}[i]); err != nil && i > 0 {
			t.Errorf("SIGTERM: %v", err)
		}
		if rolled, mails := m.done(); rolled < 14 || mails != 1 {
			t.Errorf("start %d at noon: got %d days rolled up and %d mails, want the two weeks that were missing and one", i+1, rolled, mails)
		}
	}
}

// recipient adds somebody who gets the weekly mail, through the admin API.
func (m *machine) recipient(address string) {
	m.t.Helper()
	cmd := exec.Command(m.binary, "token", "--role", "admin")
	cmd.Env = m.env
	token, err := cmd.Output()
	if err != nil {
		m.t.Fatalf("token: %v", err)
	}
	body, err := json.Marshal(map[string]string{"address": address, "language": "en"})
	if err != nil {
		m.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPut, m.address()+"/v1/reports/recipients/ada", bytes.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("If-None-Match", "*")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode/100 != 2 {
		m.t.Fatalf("add a recipient: got %s", res.Status)
	}
}

// listedForWeeks makes a recipient of a stopped machine one who has been on the list for
// weeks: whoever is put on it waits for the next mail that is due.
func (m *machine) listedForWeeks(id string) {
	m.t.Helper()
	db, err := bolt.Open(filepath.Join(m.data, "frontdesk.db"), bolt.Options{})
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	found, err := db.Get(m.t.Context(), table.Key{PK: "RECIPIENTS", SK: id})
	if err != nil || len(found) != 1 {
		m.t.Fatalf("got %d recipients %s, %v", len(found), id, err)
	}
	it := found[0]
	body := map[string]any{}
	if err := json.Unmarshal([]byte(it.Body), &body); err != nil {
		m.t.Fatal(err)
	}
	body["since"] = time.Now().AddDate(0, 0, -21)
	changed, err := json.Marshal(body)
	if err != nil {
		m.t.Fatal(err)
	}
	it.Body = string(changed)
	if err := db.Put(m.t.Context(), it, table.AtVersion(it.Version)); err != nil {
		m.t.Fatal(err)
	}
}

// mailed waits until the folder of mails holds one.
func (m *machine) mailed() {
	m.t.Helper()
	for end := time.Now().Add(patience); m.mails() == 0; {
		if time.Now().After(end) {
			m.t.Fatalf("no mail after %s\n%s", patience, tail(m.log.String()))
		}
		_ = pause(m.t.Context(), 20*time.Millisecond)
	}
}

func (m *machine) mails() int {
	entries, err := filepath.Glob(filepath.Join(m.data, "mail", "*.eml"))
	if err != nil {
		m.t.Fatal(err)
	}
	return len(entries)
}

// done reads of a stopped machine how many days are rolled up and how many mails were sent.
func (m *machine) done() (rolled, mails int) {
	m.t.Helper()
	db, err := bolt.Open(filepath.Join(m.data, "frontdesk.db"), bolt.Options{})
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = table.All(m.t.Context(), db, table.Query{PK: "ROLLED"}, func(table.Item) bool { rolled++; return true })
	if err != nil {
		m.t.Fatal(err)
	}
	return rolled, m.mails()
}
