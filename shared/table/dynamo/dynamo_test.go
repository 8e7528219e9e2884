package dynamo_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/table"
	"frontdesk/shared/table/dynamo"
)

var (
	keyA, keyB = table.Key{PK: "shop", SK: "a"}, table.Key{PK: "shop", SK: "b"}
	itemA      = table.Item{Key: keyA, Body: "1"}
)

// everyCall runs each operation once and returns the errors by name.
func everyCall(ctx context.Context, t table.Table) map[string]error {
	_, errGet := t.Get(ctx, keyA)
	_, errBatch := t.Get(ctx, keyA, keyB)
	_, errQuery := t.Query(ctx, table.Query{PK: "shop"})
	return map[string]error{
		"get": errGet, "get several": errBatch, "query": errQuery,
		"put":      t.Put(ctx, itemA, table.Absent()),
		"delete":   t.Delete(ctx, keyA, table.Condition{}),
		"transact": t.Transact(ctx, table.Write{Item: itemA}, table.Write{Item: table.Item{Key: keyB}, Check: true, If: table.Absent()}),
	}
}

func TestErrorsThatPassAreBusy(t *testing.T) {
	for code, want := range map[string]bool{
		"ProvisionedThroughputExceededException": true,
		"ThrottlingException":                    true,
		"RequestLimitExceeded":                   true,
		"InternalServerError":                    true,
		"TransactionInProgressException":         true,
		"TransactionConflictException":           true,
		"ValidationException":                    false,
		"AccessDeniedException":                  false,
		"ResourceNotFoundException":              false,
	} {
		api := failing(&smithy.OperationError{ServiceID: "DynamoDB", Err: &smithy.GenericAPIError{Code: code}})
		for name, err := range everyCall(t.Context(), dynamo.New(api, "desk", dynamo.Options{})) {
			if err == nil || errors.Is(err, table.ErrBusy) != want {
				t.Errorf("%s after %s: got %v, want busy %v", name, code, err, want)
			}
		}
	}
}

func TestCancelledTransactions(t *testing.T) {
	for _, c := range []struct {
		name  string
		codes []string
		want  error
	}{
		{"a race with another transaction", []string{"None", "TransactionConflict"}, table.ErrBusy},
		{"throttled", []string{"ThrottlingError", "None"}, table.ErrBusy},
		{"a condition and a race: the condition is the news", []string{"TransactionConflict", "ConditionalCheckFailed"}, table.ErrConflict},
		{"a condition", []string{"ConditionalCheckFailed", "ConditionalCheckFailed"}, table.ErrConflict},
	} {
		api := failing(cancelled(c.codes...))
		err := dynamo.New(api, "desk", dynamo.Options{}).Transact(t.Context(), table.Write{Item: itemA}, table.Write{Item: table.Item{Key: keyB}})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
	err := dynamo.New(failing(cancelled("ValidationError")), "desk", dynamo.Options{}).
		Transact(t.Context(), table.Write{Item: itemA}, table.Write{Item: table.Item{Key: keyB}})
	if err == nil || errors.Is(err, table.ErrBusy) || errors.Is(err, table.ErrConflict) {
		t.Errorf("a wrong call: got %v, want an error that is neither busy nor a conflict", err)
	}
}

// A check without a condition is no step of DynamoDB's, so the reasons are counted without it.
func TestConflictNamesTheStepBehindASkippedCheck(t *testing.T) {
	err := dynamo.New(failing(cancelled("None", "ConditionalCheckFailed")), "desk", dynamo.Options{}).Transact(t.Context(),
		table.Write{Item: itemA},
		table.Write{Item: table.Item{Key: table.Key{PK: "shop", SK: "skipped"}}, Check: true},
		table.Write{Item: table.Item{Key: keyB}, If: table.Absent()})
	var conflict *table.Conflict
	if !errors.As(err, &conflict) || conflict.Key != keyB {
		t.Errorf("got %v, want a conflict about %s", err, keyB)
	}
}

func TestEachOperationIsOneCall(t *testing.T) {
	api := failing(nil)
	api.get = func(*dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) { return &dynamodb.GetItemOutput{}, nil }
	api.batch = func(*dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
		return &dynamodb.BatchGetItemOutput{}, nil
	}
	api.query = func(*dynamodb.QueryInput) (*dynamodb.QueryOutput, error) { return &dynamodb.QueryOutput{}, nil }
	api.update = func(in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
		if in.ReturnConsumedCapacity != "" {
			t.Errorf("asks for the capacity %q without a meter", in.ReturnConsumedCapacity)
		}
		return &dynamodb.UpdateItemOutput{}, nil
	}
	api.remove = func(*dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
		return &dynamodb.DeleteItemOutput{}, nil
	}
	api.transact = func(*dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
		return &dynamodb.TransactWriteItemsOutput{}, nil
	}
	desk := dynamo.New(api, "desk", dynamo.Options{})
	for name, err := range everyCall(t.Context(), desk) {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	slices.Sort(api.calls)
	want := []string{"BatchGetItem", "DeleteItem", "GetItem", "Query", "TransactWriteItems", "UpdateItem"}
	if diff := cmp.Diff(want, api.calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	api.calls = nil
	if err := desk.Transact(t.Context(), table.Write{Item: itemA, If: table.Absent()}); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"UpdateItem"}, api.calls); diff != "" {
		t.Errorf("a transaction of one step is an ordinary write (-want +got):\n%s", diff)
	}
}

// handOut returns some items of every batch and leaves the rest unprocessed.
func handOut(each int) func(*dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
	return func(in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
		asked := in.RequestItems["desk"]
		n := min(each, len(asked.Keys))
		out := &dynamodb.BatchGetItemOutput{Responses: map[string][]map[string]types.AttributeValue{}}
		for _, k := range asked.Keys[:n] {
			sk := k["sk"].(*types.AttributeValueMemberS).Value
			out.Responses["desk"] = append(out.Responses["desk"], stored("shop", sk, "1", "1"))
		}
		if rest := asked.Keys[n:]; len(rest) > 0 {
			out.UnprocessedKeys = map[string]types.KeysAndAttributes{"desk": {Keys: rest, ConsistentRead: asked.ConsistentRead}}
		}
		return out, nil
	}
}

func TestABatchIsAskedForUntilItIsWhole(t *testing.T) {
	api := &fakeAPI{batch: handOut(2)}
	var keys []table.Key
	for _, sk := range strings.Split("a b c d e f g", " ") {
		keys = append(keys, table.Key{PK: "shop", SK: sk})
	}
	items, err := dynamo.New(api, "desk", dynamo.Options{}).Get(t.Context(), keys...)
	if err != nil || len(items) != len(keys) {
		t.Errorf("got %d items, error %v, want %d", len(items), err, len(keys))
	}
	if len(api.calls) != 4 {
		t.Errorf("took %d calls, want 4", len(api.calls))
	}
}

func TestABatchThatNeverComesIsBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &fakeAPI{batch: handOut(0)}
		begin := time.Now()
		_, err := dynamo.New(api, "desk", dynamo.Options{}).Get(t.Context(), keyA, keyB)
		if !errors.Is(err, table.ErrBusy) {
			t.Errorf("got %v, want ErrBusy", err)
		}
		if took := time.Since(begin); len(api.calls) != 6 || took != 775*time.Millisecond {
			t.Errorf("gave up after %d calls and %v, want 6 and 775ms", len(api.calls), took)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	api := &fakeAPI{batch: func(in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
		cancel()
		return handOut(0)(in)
	}}
	if _, err := dynamo.New(api, "desk", dynamo.Options{}).Get(ctx, keyA, keyB); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while waiting: got %v", err)
	}
}

func TestForeignItemsAreAnError(t *testing.T) {
	for name, change := range map[string]func(map[string]types.AttributeValue){
		"no body":            func(a map[string]types.AttributeValue) { delete(a, "body") },
		"no version":         func(a map[string]types.AttributeValue) { delete(a, "v") },
		"a broken version":   func(a map[string]types.AttributeValue) { a["v"] = &types.AttributeValueMemberN{Value: "1.5"} },
		"an expiry as text":  func(a map[string]types.AttributeValue) { a["ttl"] = &types.AttributeValueMemberS{Value: "9"} },
		"a sort key of bits": func(a map[string]types.AttributeValue) { a["sk"] = &types.AttributeValueMemberB{} },
	} {
		api := &fakeAPI{get: func(*dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
			item := stored("shop", "a", "1", "1")
			change(item)
			return &dynamodb.GetItemOutput{Item: item}, nil
		}}
		if _, err := dynamo.New(api, "desk", dynamo.Options{}).Get(t.Context(), keyA); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

// lossy is a DynamoDB that fails the first try of everything after having taken it.
type lossy struct {
	mu     sync.Mutex
	bodies []string
}

func (l *lossy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bodies = append(l.bodies, string(body))
	if len(l.bodies)%2 == 1 {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	io.WriteString(w, "{}")
}

func realClient(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(endpoint), Region: "local",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "the-secret-key", ""),
	})
}

func TestRetriesOfATransactionCarryOneToken(t *testing.T) {
	dynamoDB := &lossy{}
	server := httptest.NewServer(dynamoDB)
	defer server.Close()
	desk := dynamo.New(realClient(server.URL), "desk", dynamo.Options{})
	for range 2 {
		if err := desk.Transact(t.Context(), table.Write{Item: itemA}, table.Write{Item: table.Item{Key: keyB}, Delete: true}); err != nil {
			t.Fatal(err)
		}
	}
	token := regexp.MustCompile(`"ClientRequestToken":"([^"]+)"`)
	var tokens []string
	for _, body := range dynamoDB.bodies {
		if m := token.FindStringSubmatch(body); m != nil {
			tokens = append(tokens, m[1])
		}
	}
	if len(tokens) != 4 || tokens[0] != tokens[1] || tokens[2] != tokens[3] || tokens[0] == tokens[2] {
		t.Errorf("got tokens %q, want one for the two tries of each transaction", tokens)
	}
}

func TestErrorsShowNoContents(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"__type":"com.amazon.coral.validate#ValidationException","message":"no"}`)
	}))
	down := server.URL
	desk := dynamo.New(realClient(down), "desk", dynamo.Options{})
	secret := table.Item{Key: keyA, Body: `{"phone":"16505551234","text":"my card"}`}
	errs := []error{
		desk.Put(t.Context(), secret, table.Absent()),
		desk.Transact(t.Context(), table.Write{Item: secret}, table.Write{Item: table.Item{Key: keyB}}),
	}
	server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	errs = append(errs, desk.Put(ctx, secret, table.Absent()))
	for _, err := range errs {
		if err == nil {
			t.Error("got no error")
			continue
		}
		for _, hidden := range []string{"16505551234", "my card", "the-secret-key", "AKIDEXAMPLE"} {
			if strings.Contains(err.Error(), hidden) {
				t.Errorf("error shows %q: %v", hidden, err)
			}
		}
	}
}

// The prices are DynamoDB's: a consistent read takes a unit for each 4 KB of one item, or
// of all items of a query, and a write one for each KB. Transactions are left out of
// the exact figures, because DynamoDB Local 1.25.1 and 2.6.0 misreport them: four
// units for each distinct size among the steps instead of two for each step's KB.
func TestMeter(t *testing.T) {
	type reading struct {
		Op          string
		Read, Write float64
	}
	var got []reading
	desk := server.Table(t, dynamo.Options{Meter: func(op string, read, write float64) {
		got = append(got, reading{op, read, write})
	}})
	long := table.Item{Key: keyB, Body: strings.Repeat("x", 2500)}
	errPut := desk.Put(t.Context(), itemA, table.Absent())
	errLong := desk.Put(t.Context(), long, table.Condition{})
	_, errOne := desk.Get(t.Context(), keyA)
	_, errTwo := desk.Get(t.Context(), keyA, keyB)
	_, errQuery := desk.Query(t.Context(), table.Query{PK: "shop"})
	errDelete := desk.Delete(t.Context(), keyB, table.AtVersion(1))
	if err := errors.Join(errPut, errLong, errOne, errTwo, errQuery, errDelete); err != nil {
		t.Fatal(err)
	}
	want := []reading{
		{"UpdateItem", 0, 1}, {"UpdateItem", 0, 3}, {"GetItem", 1, 0}, {"BatchGetItem", 2, 0}, {"Query", 1, 0}, {"DeleteItem", 0, 3},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("consumed (-want +got):\n%s", diff)
	}
	got = nil
	if err := desk.Transact(t.Context(), table.Write{Item: itemA}, table.Write{Item: long, If: table.Absent()}); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Op != "TransactWriteItems" || got[0].Read != 0 || got[0].Write <= 0 {
		t.Errorf("a transaction: got %+v, want one reading of writes", got)
	}
}

func TestCreateTableTwiceIsFine(t *testing.T) {
	client := server.Client(t)
	for range 2 {
		if err := dynamo.CreateTable(t.Context(), client, "twice"); err != nil {
			t.Fatal(err)
		}
	}
	out, err := client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String("twice")})
	if err != nil {
		t.Fatal(err)
	}
	ttl := out.TimeToLiveDescription
	if aws.ToString(ttl.AttributeName) != "ttl" || ttl.TimeToLiveStatus != types.TimeToLiveStatusEnabled {
		t.Errorf("expiry is %q on %q, want enabled on ttl", ttl.TimeToLiveStatus, aws.ToString(ttl.AttributeName))
	}
}

func BenchmarkPut(b *testing.B) {
	api := &fakeAPI{update: func(*dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
		return &dynamodb.UpdateItemOutput{}, nil
	}}
	desk := dynamo.New(api, "desk", dynamo.Options{})
	b.ReportAllocs()
	for b.Loop() {
		api.calls = api.calls[:0]
		if err := desk.Put(b.Context(), itemA, table.AtVersion(1)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	item := stored("shop", "a", strings.Repeat("x", 1000), "7")
	api := &fakeAPI{get: func(*dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
		return &dynamodb.GetItemOutput{Item: item}, nil
	}}
	desk := dynamo.New(api, "desk", dynamo.Options{})
	b.ReportAllocs()
	for b.Loop() {
		api.calls = api.calls[:0]
		if _, err := desk.Get(b.Context(), keyA); err != nil {
			b.Fatal(err)
		}
	}
}
