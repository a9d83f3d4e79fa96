// Taking a matter in for somebody whom this server itself has let in.
#pragma once

#include "api.hpp"

namespace huiyin::api {

// What POST /v1/cases does for `caller`, whose request has the same body and headers. Answers once.
void collect_for(Api& api, Caller caller, http::Request&& request, http::Responder&& responder);

}  // namespace huiyin::api
