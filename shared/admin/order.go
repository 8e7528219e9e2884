package admin

import (
	"context"
	"net/http"

	"frontdesk/shared/access"
	"frontdesk/shared/playbook"
)

// Order names all filters, each once.
type Order struct {
	IDs []string `json:"ids" nullable:"false" maxItems:"20000" doc:"The ids of all filters, each once."`
}

// OrderRequest puts the filters into another order.
type OrderRequest struct {
	Precondition
	Body Order
}

func (a *API) filterOperations(g *group) {
	addKind(a, filters())(g)
	add(g, operation{id: "order-filters", method: "POST", path: "/v1/filters/order", permission: access.FiltersWrite, limit: 4 << 20,
		errors:  []int{http.StatusPreconditionFailed, http.StatusPreconditionRequired},
		summary: "Put the filters of the draft into another order (If-Match: the draft's ETag)"}, a.orderFilters)
}

func (a *API) orderFilters(ctx context.Context, c call, in *OrderRequest) (*answer[Order], error) {
	d, err := a.edit(ctx, c, "filters.order", "draft", func(d *draft) (change, error) {
		if err := in.check(d.tag); err != nil {
			return change{}, err
		}
		old := filterIDs(d.Filters)
		ordered, err := reorder(d.Filters, in.Body.IDs)
		if err != nil {
			return change{}, err
		}
		d.Filters = ordered
		return change{old, in.Body.IDs}, nil
	})
	if err != nil {
		return nil, err
	}
	return tagged(d.tag, Order{filterIDs(d.Filters)}), nil
}

func filterIDs(list []playbook.Filter) []string {
	ids := make([]string, 0, len(list))
	for _, f := range list {
		ids = append(ids, f.ID)
	}
	return ids
}

// reorder puts filters into the order of the ids, which must name each once.
func reorder(list []playbook.Filter, ids []string) ([]playbook.Filter, error) {
	byID := map[string]playbook.Filter{}
	for _, f := range list {
		byID[f.ID] = f
	}
	if len(byID) != len(list) {
		return nil, refuse(http.StatusConflict, "two filters have the same id: give each its own first")
	}
	var faults []playbook.Fault
	out := make([]playbook.Filter, 0, len(list))
	for _, id := range ids {
		f, ok := byID[id]
		if !ok {
			faults = append(faults, playbook.Fault{Path: "ids", Message: "There is no filter " + id + ", or it is named twice.", Fix: "Name every filter once."})
			continue
		}
		delete(byID, id)
		out = append(out, f)
	}
	for _, f := range list {
		if _, left := byID[f.ID]; left {
			faults = append(faults, playbook.Fault{Path: "ids", Message: "The filter " + f.ID + " is missing.", Fix: "Name every filter once."})
		}
	}
	if len(faults) > 0 {
		return nil, faulty("The order", faults)
	}
	return out, nil
}
