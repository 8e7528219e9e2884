package world

import (
	"encoding/base64"
	"testing"

	"frontdesk/soak/fault"
	"frontdesk/soak/marks"
	"frontdesk/soak/sim"
)

// Whatever WeCom gives us that nobody else may see is looked for from then on.
func TestEveryCredentialIsLookedFor(t *testing.T) {
	w := &World{cfg: Config{Channel: KFUnknown}, leaks: marks.New(nil), ledger: newLedger(), faults: fault.New(nil, nil), sim: sim.New(begins(), nil)}
	s := newQyapiSide(w)
	given := map[string]string{
		"gettoken":               `{"errcode":0,"access_token":"accesstoken-AAAAAAAAAAAAAAAA","expires_in":7200}`,
		"kf/sync_msg":            `{"errcode":0,"msg_list":[{"event":{"welcome_code":"welcomecode-AAAAAAAAAAAAAAAA"}},{"event":{"msg_code":"endcode-AAAAAAAAAAAAAAAAAAAA"}}]}`,
		"kf/service_state/trans": `{"errcode":0,"msg_code":"movecode-AAAAAAAAAAAAAAAAAAA"}`,
	}
	values := []string{"accesstoken-AAAAAAAAAAAAAAAA", "welcomecode-AAAAAAAAAAAAAAAA", "endcode-AAAAAAAAAAAAAAAAAAAA", "movecode-AAAAAAAAAAAAAAAAAAA"}
	for path, answer := range given {
		s.learn(path, []byte(answer))
	}
	for i, value := range values {
		w.leaks.See("a log", "error: "+base64.StdEncoding.EncodeToString([]byte(value)))
		if got := len(w.leaks.Found()); got != i+1 {
			t.Errorf("%s: got %d found, want %d", value, got, i+1)
		}
	}
	for _, secret := range []string{corpSecret, callbackToken, aesKey, customerMark} {
		all := (&service{qyapiSide: newQyapiSide(w)}).secrets()
		if watch := marks.New(all); !shows(watch, "x="+secret) {
			t.Errorf("a secret of %d bytes is not looked for", len(secret))
		}
	}
}

func shows(watch *marks.Watch, text string) bool {
	watch.See("a log", text)
	return len(watch.Found()) == 1
}
