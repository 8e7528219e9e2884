package apigateway

import (
	"encoding/base64"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// answer is the [http.ResponseWriter] of one event.
type answer struct {
	header http.Header
	status int
	body   []byte
}

// Header returns the headers that the handler may set until it writes.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader keeps the first final status; informational ones cannot be sent.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, p...)
	return len(p), nil
}

// WriteString spares the copy that io.WriteString would make.
func (a *answer) WriteString(s string) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, s...)
	return len(s), nil
}

// event is the whole answer in API Gateway's form, where Set-Cookie stands apart
// and every other header has one value.
func (a *answer) event() events.APIGatewayV2HTTPResponse {
	a.WriteHeader(http.StatusOK)
	a.describeBody()
	out := events.APIGatewayV2HTTPResponse{
		StatusCode: a.status,
		Headers:    make(map[string]string, len(a.header)),
		Cookies:    a.header["Set-Cookie"],
	}
	for name, values := range a.header {
		if name != "Set-Cookie" && name != "Content-Length" && len(values) > 0 {
			out.Headers[name] = strings.Join(values, ", ")
		}
	}
	if utf8.Valid(a.body) {
		out.Body = string(a.body)
		return out
	}
	out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(a.body), true
	return out
}

// describeBody adds the content type that net/http would have added.
func (a *answer) describeBody() {
	if _, set := a.header["Content-Type"]; !set && len(a.body) > 0 {
		a.header.Set("Content-Type", http.DetectContentType(a.body))
	}
}
