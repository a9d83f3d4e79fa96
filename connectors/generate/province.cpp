#include "province.hpp"

namespace huiyin::generate {

const std::array<Topic, 24> topics{{
    {"城乡建设/排水", "排水管道", "雨天堵塞、污水外溢", 1},
    {"城乡建设/道路", "村组公路", "路面破损、会车困难", 1},
    {"城乡建设/老旧小区", "老旧小区", "管线老化、停车无序", 1},
    {"城乡建设/供水", "二次供水设施", "水压不足、水质发黄", 2},
    {"交通运输/公交", "公交线路", "班次少、末班早", 3},
    {"交通运输/安全", "校门口路段", "无红绿灯和减速带", 3},
    {"农业农村/水利", "灌溉渠道", "淤塞渗漏、旱季断水", 4},
    {"农业农村/产业", "农产品冷链", "保鲜设施不足", 5},
    {"农业农村/人居环境", "生活垃圾转运站", "清运不及时", 5},
    {"教育/学位", "城区小学", "大班额、学位紧张", 6},
    {"教育/校园", "农村寄宿制学校", "浴室和热水不足", 6},
    {"医疗卫生/基层", "村卫生室", "药品目录少、无人值守", 7},
    {"医疗卫生/医保", "门诊慢特病", "异地报销手续繁", 8},
    {"民政/养老", "社区养老服务点", "助餐助浴不能持续", 9},
    {"民政/救助", "临时救助", "审批环节多", 9},
    {"生态环境/水", "河段水体", "黑臭、有异味", 10},
    {"生态环境/噪声", "临街商铺", "夜间噪声扰民", 11},
    {"公安/治安", "城中村", "监控盲区多", 12},
    {"应急管理/消防", "住宅小区消防通道", "长期被占用", 13},
    {"应急管理/森林防火", "林区防火道", "年久失修", 13},
    {"人力资源/欠薪", "在建工地", "农民工工资拖欠", 14},
    {"营商环境/政务", "政务服务窗口", "材料重复提交", 15},
    {"文化旅游/设施", "乡镇文化站", "开放时间短", 16},
    {"自然资源/用地", "农村建房用地", "审批周期长", 17},
}};

std::string numbered(std::string_view kind, std::string_view region, unsigned number,
                     unsigned digits) {
  std::string figures = std::to_string(number);
  if (figures.size() < digits) figures.insert(0, digits - figures.size(), '0');
  std::string out;
  out.reserve(kind.size() + region.size() + figures.size() + 2);
  return out.append(kind).append("-").append(region).append("-").append(figures);
}

std::string congress_of(std::string_view region) {
  return std::string(region) + (region == province_code ? "-14" : "-16");
}

}  // namespace huiyin::generate
