"""The description of the endpoints, and requests of every kind made up from it.

`HOUSELIGHTS_SCHEMATHESIS=50` is the long form: so many made-up requests for every endpoint and role.
"""

import os
import warnings
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from requests import Request

from app.domain.users import Role

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode, checks
    from schemathesis.core.failures import Failure, FailureGroup
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        negative_data_rejection,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
        unsupported_method,
    )

FEW = 3
EXAMPLES = int(os.environ.get("HOUSELIGHTS_SCHEMATHESIS", FEW))
CHECKS = [
    checks.not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]


@pytest.mark.timeout(120 if EXAMPLES == FEW else 3600)
@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.MANAGER])
def test_every_answer_is_described(role, local_site):
    by = local_site.customer() if role is Role.CUSTOMER else local_site.staff(role)
    described = deepcopy(local_site.client.app.openapi())
    for path in described["paths"].values():
        for operation in path.values():
            operation.pop("security", None)  # or it takes our token for one of its bad ones
    description = schemathesis.openapi.from_dict(described)
    failures = []
    for operation in (found.ok() for found in description.get_all_operations()):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                _ask(operation, mode, local_site, by)
            except Unsatisfiable:
                continue  # nothing about it can be wrong
            except (FailureGroup, Failure) as failure:
                failures.append(f"{operation.label}, {mode.value}: {failure}")
    assert not failures, "\n\n".join(failures)


def _ask(operation, mode, site, by):
    """Requests made up for an endpoint, each with a token of its own: one of them signs out."""

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode))
    def ask(case):
        sent = Request(**case.as_transport_kwargs(base_url=str(site.client.base_url))).prepare()
        headers = {**sent.headers, **site.pass_of(by)}
        answer = site.client.request(sent.method, sent.url, headers=headers, content=sent.body)
        case.validate_response(answer, checks=CHECKS)

    ask()
