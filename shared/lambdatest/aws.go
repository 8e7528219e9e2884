package lambdatest

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
)

// awsError answers as the AWS JSON protocols do.
func awsError(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"__type": kind, "message": message})
}

func awsAnswer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_ = json.NewEncoder(w).Encode(v)
}

// Secrets plays Secrets Manager's GetSecretValue for AWS_ENDPOINT_URL_SECRETS_MANAGER.
// Values maps a secret's name or ARN to its text.
type Secrets struct {
	Values map[string]string

	mu    sync.Mutex
	reads int
}

// Reads returns how often a secret was asked for.
func (s *Secrets) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

func (s *Secrets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ SecretId string }
	if r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || json.NewDecoder(r.Body).Decode(&in) != nil {
		awsError(w, http.StatusBadRequest, "InvalidRequestException", "only GetSecretValue is played here")
		return
	}
	s.mu.Lock()
	s.reads++
	s.mu.Unlock()
	value, ok := s.Values[in.SecretId]
	if !ok {
		awsError(w, http.StatusBadRequest, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
		return
	}
	awsAnswer(w, map[string]any{"ARN": in.SecretId, "Name": in.SecretId, "SecretString": value, "VersionId": "1"})
}

// Mail is one raw message that was sent.
type Mail struct {
	Source           string
	Destinations     []string
	ConfigurationSet string
	Raw              []byte
}

// SES plays SendRawEmail of the SES v1 query protocol for AWS_ENDPOINT_URL_SES.
type SES struct {
	// Refuse, when set, says whether to reject a mail and why ("" accepts it).
	Refuse func(Mail) string

	mu    sync.Mutex
	mails []Mail
}

// Mails returns what was accepted so far, in order.
func (s *SES) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

func (s *SES) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 40<<20) // SES's own limit of a mail
	if err := r.ParseForm(); err != nil || r.PostForm.Get("Action") != "SendRawEmail" {
		sesError(w, "InvalidAction", "only SendRawEmail is played here")
		return
	}
	raw, err := base64.StdEncoding.DecodeString(r.PostForm.Get("RawMessage.Data"))
	if err != nil || len(raw) == 0 {
		sesError(w, "InvalidParameterValue", "RawMessage.Data is not a message")
		return
	}
	mail := Mail{Source: r.PostForm.Get("Source"), ConfigurationSet: r.PostForm.Get("ConfigurationSetName"), Raw: raw}
	for name, values := range r.PostForm {
		if strings.HasPrefix(name, "Destinations.member.") {
			mail.Destinations = append(mail.Destinations, values...)
		}
	}
	if s.Refuse != nil {
		if reason := s.Refuse(mail); reason != "" {
			sesError(w, "MessageRejected", reason)
			return
		}
	}
	s.mu.Lock()
	s.mails = append(s.mails, mail)
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(w, `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult>`+
		`<MessageId>0107019a-sample</MessageId></SendRawEmailResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></SendRawEmailResponse>`)
}

func sesError(w http.ResponseWriter, code, message string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>`+
		code+`</Code><Message>`+message+`</Message></Error><RequestId>1</RequestId></ErrorResponse>`)
}
