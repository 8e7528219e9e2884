package channel

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretIsNeverPrinted(t *testing.T) {
	const marked = "MARKED-VALUE"
	s := Secret(marked)
	ch := Channel{ID: "wa-main", Token: s, AppSecrets: []Secret{s, s}, CallbackKeys: []CallbackKey{{s, s}}, VerifyToken: s, Secret: s, AESKey: s, URL: s, HookSecrets: []Secret{s}}
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("x", "secret", s, "channel", ch)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s, "channel", ch)

	outputs := map[string]string{"slog": log.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%20s"} {
		outputs["Secret "+verb] = fmt.Sprintf(verb, s)
		outputs["Channel "+verb] = fmt.Sprintf(verb, ch)
		outputs["*Channel "+verb] = fmt.Sprintf(verb, &ch)
		outputs["map "+verb] = fmt.Sprintf(verb, map[Secret]Secret{s: s})
	}
	asJSON, err := json.Marshal([]any{s, ch})
	if err != nil {
		t.Fatal(err)
	}
	asXML, err := xml.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	outputs["JSON"], outputs["XML"] = string(asJSON), string(asXML)
	outputs["String"] = s.String()
	for name, out := range outputs {
		if strings.Contains(out, marked) || strings.Contains(strings.ToLower(out), fmt.Sprintf("%x", marked)) {
			t.Errorf("%s shows the secret: %s", name, out)
		}
		if !strings.Contains(out, "[hidden]") {
			t.Errorf("%s: got %s, want [hidden] in it", name, out)
		}
	}
	if got := s.Reveal(); got != marked {
		t.Errorf("Reveal: got %q, want the value", got)
	}
}
