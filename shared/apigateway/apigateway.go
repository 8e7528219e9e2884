// Package apigateway lets an [http.Handler] answer API Gateway HTTP API events,
// payload format 2.0. It is the only package that knows that format.
//
// An event becomes a request in this order: body (Base64 undone), address (path
// and query as they were received), headers in canonical form, cookies, the
// caller's IP, the claims of the JWT authorizer. The answer goes back as text, or
// as Base64 when it is not valid UTF-8. A body that claims to be Base64 and is
// not is answered with 400 and never reaches the handler.
//
// Source: AWS, "Working with AWS Lambda proxy integrations for HTTP APIs".
package apigateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// Func is what the Lambda runtime calls.
type Func = func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// Handler returns a function that answers events with h. It never returns an
// error: what goes wrong is an HTTP status, so that the sender sees it.
func Handler(h http.Handler) Func {
	return func(ctx context.Context, e events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		body, size, err := openBody(&e)
		if err != nil {
			return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusBadRequest}, nil
		}
		w := &answer{header: make(http.Header, 4)}
		h.ServeHTTP(w, request(ctx, &e, body, size))
		return w.event(), nil
	}
}

type claimsKey struct{}

// Claims returns what API Gateway's JWT authorizer found in the caller's token,
// nil when the route has no authorizer. The signature, the issuer, the audience and
// the times are checked by then. A claim that is a list reads "[a b]", because API
// Gateway writes it so.
func Claims(ctx context.Context) map[string]string {
	claims, _ := ctx.Value(claimsKey{}).(map[string]string)
	return claims
}

func openBody(e *events.APIGatewayV2HTTPRequest) (io.ReadCloser, int64, error) {
	if e.Body == "" {
		return http.NoBody, 0, nil
	}
	if !e.IsBase64Encoded {
		return io.NopCloser(strings.NewReader(e.Body)), int64(len(e.Body)), nil
	}
	raw, err := base64.StdEncoding.DecodeString(e.Body)
	if err != nil {
		return nil, 0, err
	}
	return io.NopCloser(bytes.NewReader(raw)), int64(len(raw)), nil
}

func request(ctx context.Context, e *events.APIGatewayV2HTTPRequest, body io.ReadCloser, size int64) *http.Request {
	r := &http.Request{
		Method:        e.RequestContext.HTTP.Method,
		URL:           address(e.RawPath, e.RawQueryString),
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header(e),
		Body:          body,
		ContentLength: size,
		RemoteAddr:    net.JoinHostPort(e.RequestContext.HTTP.SourceIP, "0"),
		RequestURI:    e.RawPath,
	}
	if e.RawQueryString != "" {
		r.RequestURI += "?" + e.RawQueryString
	}
	r.Host = r.Header.Get("Host")
	r.Header.Del("Host")
	if a := e.RequestContext.Authorizer; a != nil && a.JWT != nil {
		ctx = context.WithValue(ctx, claimsKey{}, a.JWT.Claims)
	}
	return r.WithContext(ctx)
}

// address keeps the path as received beside its plain form. What is no valid
// escape is taken literally: a door must not fail on a stranger's address.
func address(path, query string) *url.URL {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return &url.URL{Path: path, RawQuery: query}
	}
	return &url.URL{Path: plain, RawPath: path, RawQuery: query}
}

// header gives names their canonical form. API Gateway joins repeated headers
// with commas and takes cookies out; only the cookies can be put back for certain.
func header(e *events.APIGatewayV2HTTPRequest) http.Header {
	h := make(http.Header, len(e.Headers)+1)
	for name, value := range e.Headers {
		h[http.CanonicalHeaderKey(name)] = []string{value}
	}
	if len(e.Cookies) > 0 {
		h["Cookie"] = []string{strings.Join(e.Cookies, "; ")}
	}
	return h
}
