package dynamo

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"frontdesk/shared/table"
)

type attributes = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func keyOf(k table.Key) attributes { return attributes{"pk": text(k.PK), "sk": text(k.SK)} }

// The conditions. "ttl" is a reserved word of DynamoDB, hence the #.
const (
	condAbsent    = "attribute_not_exists(pk) OR #ttl <= :now"
	condAtVersion = "v = :v AND (attribute_not_exists(#ttl) OR #ttl > :now)"
)

// The updates. What is written under Absent begins anew, even over an expired item.
const (
	setNew         = "SET body = :body, v = :one REMOVE #ttl"
	setNewExpiring = "SET body = :body, v = :one, #ttl = :ttl"
	setAdd         = "SET body = :body REMOVE #ttl ADD v :one"
	setAddExpiring = "SET body = :body, #ttl = :ttl ADD v :one"
)

// request is one write in DynamoDB's words.
type request struct {
	key          attributes
	update, cond *string
	names        map[string]string
	values       attributes
	onFailure    types.ReturnValuesOnConditionCheckFailure
}

func (t *Table) request(w table.Write) request {
	r := request{key: keyOf(w.Item.Key)}
	if w.If.Any() && (w.Delete || w.Check) {
		return r
	}
	r.names = map[string]string{"#ttl": "ttl"}
	r.values = make(attributes, 5)
	want, named := w.If.Version()
	if named {
		r.condition(want, t.seconds())
	}
	if !w.Delete && !w.Check {
		r.write(w.Item, named && want == 0)
	}
	return r
}

func (r *request) condition(want, now int64) {
	r.onFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	r.values[":now"] = number(now)
	if want == 0 {
		r.cond = aws.String(condAbsent)
		return
	}
	r.cond = aws.String(condAtVersion)
	r.values[":v"] = number(want)
}

func (r *request) write(item table.Item, fresh bool) {
	r.values[":body"], r.values[":one"] = text(item.Body), number(1)
	expires := item.Seconds()
	if expires != 0 {
		r.values[":ttl"] = number(expires)
	}
	switch {
	case fresh && expires == 0:
		r.update = aws.String(setNew)
	case fresh:
		r.update = aws.String(setNewExpiring)
	case expires == 0:
		r.update = aws.String(setAdd)
	default:
		r.update = aws.String(setAddExpiring)
	}
}

// steps returns a transaction's steps and their keys. A check without a condition
// is no step.
func (t *Table) steps(writes []table.Write) ([]types.TransactWriteItem, []table.Key) {
	steps := make([]types.TransactWriteItem, 0, len(writes))
	keys := make([]table.Key, 0, len(writes))
	for _, w := range writes {
		if w.Check && w.If.Any() {
			continue
		}
		steps = append(steps, t.step(w, t.request(w)))
		keys = append(keys, w.Item.Key)
	}
	return steps, keys
}

func (t *Table) step(w table.Write, r request) types.TransactWriteItem {
	switch {
	case w.Check:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &t.name, Key: r.key, ConditionExpression: r.cond,
			ExpressionAttributeNames: r.names, ExpressionAttributeValues: r.values,
			ReturnValuesOnConditionCheckFailure: r.onFailure,
		}}
	case w.Delete:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &t.name, Key: r.key, ConditionExpression: r.cond,
			ExpressionAttributeNames: r.names, ExpressionAttributeValues: r.values,
			ReturnValuesOnConditionCheckFailure: r.onFailure,
		}}
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: &t.name, Key: r.key, UpdateExpression: r.update, ConditionExpression: r.cond,
		ExpressionAttributeNames: r.names, ExpressionAttributeValues: r.values,
		ReturnValuesOnConditionCheckFailure: r.onFailure,
	}}
}

var errForm = errors.New("an item does not have the form of the table")

// decode reads an item by hand: the SDK's general decoding is many times slower.
func decode(a attributes) (table.Item, error) {
	var item table.Item
	pk, okPK := a["pk"].(*types.AttributeValueMemberS)
	sk, okSK := a["sk"].(*types.AttributeValueMemberS)
	body, okBody := a["body"].(*types.AttributeValueMemberS)
	if !okPK || !okSK || !okBody {
		return item, errForm
	}
	version, err := integer(a["v"])
	if err != nil {
		return item, err
	}
	item = table.Item{Key: table.Key{PK: pk.Value, SK: sk.Value}, Body: body.Value, Version: version}
	if a["ttl"] == nil {
		return item, nil
	}
	expires, err := integer(a["ttl"])
	item.Expires = time.Unix(expires, 0).UTC()
	return item, err
}

func integer(a types.AttributeValue) (int64, error) {
	n, ok := a.(*types.AttributeValueMemberN)
	if !ok {
		return 0, errForm
	}
	v, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: a number is not whole", errForm)
	}
	return v, nil
}

func alive(item table.Item, now int64) bool {
	return item.Expires.IsZero() || item.Expires.Unix() > now
}

// appendAlive decodes items and keeps those that have not expired.
func appendAlive(items []table.Item, found []attributes, now int64) ([]table.Item, error) {
	for _, a := range found {
		item, err := decode(a)
		if err != nil {
			return nil, err
		}
		if alive(item, now) {
			items = append(items, item)
		}
	}
	return items, nil
}
