package record

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// hidden stands for what an audit entry does not keep.
const hidden = "•••"

var (
	// numberLike finds what may be a phone number as people write them, and not a run of
	// digits inside an id.
	numberLike = regexp.MustCompile(`(?:\+\(?|\(|\b)[0-9][0-9 ()-]{5,}[0-9]\b`)
	// dateLike is how a run of digits that is a date begins.
	dateLike = regexp.MustCompile(`^(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]`)
	// keyInURL finds what an address carries as its key, as those of WeCom's robots do.
	keyInURL = regexp.MustCompile(`(?i)([?&](?:key|token|access_token|secret|sig|signature|password)=)[^&#\s"]+`)
)

// Clean takes phone numbers, and keys in addresses, out of a text for the audit. Of a
// number the last four digits stay, so that it can be recognized: •••1234. What begins
// with a date is none, nor is a run of fewer than nine digits without a plus.
func Clean(text string) string {
	text = keyInURL.ReplaceAllString(text, "${1}"+hidden)
	return numberLike.ReplaceAllStringFunc(text, cleanNumber)
}

func cleanNumber(text string) string {
	digits := strings.Map(onlyDigits, text)
	const fewest, fewestWithPlus, last = 9, 7, 4
	if dateLike.MatchString(text) || len(digits) < fewest && (text[0] != '+' || len(digits) < fewestWithPlus) {
		return text
	}
	return hidden + digits[len(digits)-last:]
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// isSecret reports whether a field of this name holds a secret.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "secret") || strings.Contains(name, "password") || strings.Contains(name, "token") ||
		strings.HasSuffix(name, "_key") || name == "authorization"
}

// cleanValue cleans every text of a JSON value, and hides fields that hold secrets. What is
// too large to be kept is not looked at.
func cleanValue(raw json.RawMessage) (json.RawMessage, error) {
	if len(raw) == 0 || len(raw) > maxAuditValue {
		return raw, nil
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber() // so that numbers stay as they are
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	return json.Marshal(cleaned(value))
}

func cleaned(value any) any {
	switch v := value.(type) {
	case string:
		return Clean(v)
	case []any:
		for i := range v {
			v[i] = cleaned(v[i])
		}
	case map[string]any:
		for name, inner := range v {
			if v[name] = cleaned(inner); isSecret(name) && inner != nil && inner != "" {
				v[name] = hidden
			}
		}
	}
	return value
}
