package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"frontdesk/shared/access"
	"frontdesk/shared/apigateway"
)

// TestWhoTheAuthorizerLetsThrough takes the sample event with other claims.
func TestWhoTheAuthorizerLetsThrough(t *testing.T) {
	raw, err := os.ReadFile("../../events/admin-get.json")
	if err != nil {
		t.Fatal(err)
	}
	required := access.Factor{Required: true}
	for _, c := range []struct {
		name   string
		factor access.Factor
		claims map[string]string
		want   error
	}{
		{"a role and a second factor", required, map[string]string{"role": "admin", "amr": "[pwd mfa]"}, nil},
		{"one factor", required, map[string]string{"role": "admin", "amr": "[pwd]"}, access.ErrOneFactor},
		{"Cognito's token, where the pool asks for it", access.Factor{}, map[string]string{"cognito:groups": "[frontdesk-admin]", "username": "li"}, nil},
		{"no role", required, map[string]string{"amr": "[mfa]"}, access.ErrNoRole},
		{"no authorizer", required, nil, access.ErrNoToken},
	} {
		var event events.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(raw, &event); err != nil {
			t.Fatal(err)
		}
		event.RequestContext.Authorizer.JWT.Claims = c.claims
		var got error
		answer := apigateway.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, got = authenticate(c.factor)(r) }))
		if _, err := answer(t.Context(), event); err != nil || !errors.Is(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
}
